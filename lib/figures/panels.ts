import type { Layout } from './figure';
import type { Panel, PanelTexts, Place } from './panelParts';
import { axesAndLegend, background, textBlock, textSize } from './panelParts';
import { fontFamily, widerFont, wrapText } from './textWidth';

const titleSize = 17;
/** Height of a line in font sizes, as Plotly breaks lines. */
const lineHeight = 1.3;
/** Pixels: left of a diagram for its y axis, at the outer edges, below a diagram for its x axis, per row of a legend. */
const space = { axisLeft: 62, edge: 14, axisBelow: 52, legendRow: 20 };

/** Size in pixels: the width of the figure, the height of a diagram. */
interface Format {
  readonly width: number;
  readonly height: number;
  readonly columns: 1 | 2;
}

/** The two panels beside one another, 800 pixels wide. */
export function besideLayout(panels: readonly [Panel, Panel], texts: PanelTexts): Layout {
  return panelLayout(panels, texts, { width: 800, height: 320, columns: 2 });
}

/** The two panels below one another, 340 pixels wide, for narrow screens. */
export function stackedLayout(panels: readonly [Panel, Panel], texts: PanelTexts): Layout {
  return panelLayout(panels, texts, { width: 340, height: 240, columns: 1 });
}

function panelLayout(panels: readonly [Panel, Panel], texts: PanelTexts, format: Format): Layout {
  const title = wrapText(texts.title, (format.width - 2 * space.edge) / widerFont, titleSize, true);
  const places = placePanels(panels, format);
  const headings = panels.map((panel, index) => headingLines(panel, places[index].width));
  const headingsHeight = places.map(({ width }, index) => headingHeight(panels[index], width));
  const above = format.columns === 2 ? Math.max(...headingsHeight) : headingsHeight[0];
  const top = space.edge + title.length * titleSize * lineHeight + space.edge + above;
  const bottom = space.axisBelow + legendHeight(panels[1]) + space.edge;
  const area = {
    width: format.width - space.axisLeft - space.edge,
    height: places[1].top + format.height,
  };
  const titleText = `<b>${title.join('<br>')}</b>`;
  return {
    width: format.width,
    height: Math.ceil(top + area.height + bottom),
    margin: { l: space.axisLeft, r: space.edge, t: top, b: bottom, pad: 0, autoexpand: false },
    font: { family: fontFamily, size: textSize, color: '#222222' },
    paper_bgcolor: '#ffffff',
    hovermode: 'closest',
    annotations: [
      textBlock(titleText, titleSize, space.edge - space.axisLeft, space.edge - top, area),
      ...places.map(({ left, top: y }, index) => {
        const height = format.columns === 2 ? above : headingsHeight[index];
        return textBlock(headings[index].join('<br>'), textSize, left, y - height, area);
      }),
    ],
    shapes: [background(panels[0], ''), background(panels[1], '2')],
    ...axesAndLegend(panels[0], '', places[0], area, texts, space.axisBelow),
    ...axesAndLegend(panels[1], '2', places[1], area, texts, space.axisBelow),
  };
}

function placePanels(panels: readonly [Panel, Panel], format: Format): [Place, Place] {
  const inner = format.width - space.axisLeft - space.edge;
  const gap = space.axisLeft + space.edge;
  const width = format.columns === 2 ? (inner - gap) / 2 : inner;
  const first = { left: 0, top: 0, width, height: format.height };
  if (format.columns === 2) return [first, { ...first, left: width + gap }];
  const below = space.axisBelow + legendHeight(panels[0]) + 2 * space.edge;
  return [first, { ...first, top: format.height + below + headingHeight(panels[1], width) }];
}

/** The lines above a diagram, its title first. */
function headingLines({ title, subtitle }: Panel, width: number): string[] {
  return [`<b>${title}</b>`, ...wrapText(subtitle, width / widerFont, textSize)];
}

function headingHeight(panel: Panel, width: number): number {
  return headingLines(panel, width).length * textSize * lineHeight + 6;
}

function legendHeight({ legendRows }: Panel): number {
  return legendRows * space.legendRow;
}

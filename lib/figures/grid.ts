import type { JsonObject, Layout, Trace } from './figure';
import { gridPlaces } from './gridPlaces';
import type { Area, Place } from './panelParts';
import { textBlock, textSize } from './panelParts';
import { fontFamily, textWidth, widerFont, wrapText } from './textWidth';

/** One diagram of a figure with any number of them. */
export interface GridPanel {
  /** A line above the diagram. */
  readonly title: string;
  /** Plotly's attributes of the axes: title, type, range, ticks. */
  readonly xaxis: JsonObject;
  readonly yaxis: JsonObject;
  /** Plotly's shapes and annotations in the coordinates of this panel (`xref`, `yref` are added). */
  readonly shapes?: readonly JsonObject[];
  readonly annotations?: readonly JsonObject[];
  /** Drawn on the ground of what the paper reports. */
  readonly isPaper?: boolean;
}

/** What a grid of panels is laid out from. */
export interface Grid {
  readonly title: string;
  /** Sentences below the title. */
  readonly subtitle: string;
  readonly panels: readonly GridPanel[];
  /** Names in the common legend below the panels; none when empty. */
  readonly legend: readonly string[];
  /** Panels beside one another on wide screens. */
  readonly columns: number;
  /** Height of a panel in pixels. */
  readonly height: number;
  /** Pixels left of a panel for its axis; default: 62. */
  readonly axisLeft?: number;
}

const titleSize = 17;
/** Height of a line in font sizes, as Plotly breaks lines. */
const lineHeight = 1.3;
/** Pixels: outer edges, below a panel for its x axis, above one for its title, a row of the legend, a line sample in it. */
const space = { edge: 14, axisBelow: 54, heading: 24, legendRow: 20, legendSample: 44 };

/** Both layouts of a figure: 800 pixels wide with `columns`, and 340 pixels wide with all panels below one another. */
export function gridLayouts(grid: Grid): { layout: Layout; narrowLayout: Layout } {
  return {
    layout: gridLayout(grid, 800, grid.columns),
    narrowLayout: gridLayout(grid, 340, 1),
  };
}

/** A trace in the panel with an index, counted from 0. */
export function onPanel(index: number, trace: Trace): Trace {
  return { ...trace, xaxis: `x${suffix(index)}`, yaxis: `y${suffix(index)}` };
}

function gridLayout(grid: Grid, width: number, columns: number): Layout {
  const { axisLeft = 62, panels, height } = grid;
  const textArea = (width - 2 * space.edge) / widerFont;
  const title = wrapText(grid.title, textArea, titleSize, true);
  const subtitle = wrapText(grid.subtitle, textArea, textSize);
  const headingTop = space.edge + title.length * titleSize * lineHeight + 6;
  const heading = panels.some((panel) => panel.title !== '') ? space.heading : 0;
  const top = headingTop + subtitle.length * textSize * lineHeight + 10 + heading;
  const { places, area } = gridPlaces(panels.length, {
    ...{ width: width - axisLeft - space.edge, columns, height },
    gapX: axisLeft + space.edge,
    gapY: space.axisBelow + heading,
  });
  const legend = legendShape(grid.legend, area.width);
  const text = (content: string, size: number, y: number) =>
    textBlock(content, size, space.edge - axisLeft, y - top, area);
  return {
    width,
    height: Math.ceil(top + area.height + space.axisBelow + legend.height + space.edge),
    margin: {
      ...{ l: axisLeft, r: space.edge, t: top, pad: 0, autoexpand: false },
      b: space.axisBelow + legend.height + space.edge,
    },
    font: { family: fontFamily, size: textSize, color: '#222222' },
    ...{ paper_bgcolor: '#ffffff', plot_bgcolor: '#ffffff', hovermode: 'closest' },
    ...legendLayout(grid.legend.length > 0, legend.entry, area),
    annotations: [
      text(`<b>${title.join('<br>')}</b>`, titleSize, space.edge),
      text(subtitle.join('<br>'), textSize, headingTop),
      ...panels.flatMap((panel, index) => panelAnnotations(panel, index, places[index], area)),
    ],
    shapes: panels.flatMap(panelShapes),
    ...Object.fromEntries(
      panels.flatMap((panel, index) => Object.entries(axes(panel, index, places[index], area))),
    ),
  };
}

function panelAnnotations(
  { title, annotations = [] }: GridPanel,
  index: number,
  { left, top }: Place,
  area: Area,
): readonly JsonObject[] {
  const own = { xref: `x${suffix(index)}`, yref: `y${suffix(index)}`, showarrow: false };
  const heading = textBlock(`<b>${title}</b>`, textSize, left, top - space.heading + 2, area);
  return [
    ...(title === '' ? [] : [heading]),
    ...annotations.map((annotation) => ({ ...own, ...annotation })),
  ];
}

function panelShapes({ shapes = [], isPaper }: GridPanel, index: number): readonly JsonObject[] {
  const whole = {
    ...{ type: 'rect', layer: 'below', x0: 0, x1: 1, y0: 0, y1: 1 },
    ...{ xref: `x${suffix(index)} domain`, yref: `y${suffix(index)} domain` },
    ...{ fillcolor: '#efeeea', line: { width: 0 } },
  };
  const own = { xref: `x${suffix(index)}`, yref: `y${suffix(index)}` };
  return [...(isPaper ? [whole] : []), ...shapes.map((shape) => ({ ...own, ...shape }))];
}

function axes(panel: GridPanel, index: number, place: Place, area: Area): JsonObject {
  const common = {
    ...{ showline: true, mirror: true, linecolor: '#444444', ticks: 'outside' },
    ...{ gridcolor: '#dddddd', zeroline: false },
  };
  const { left, top, width, height } = place;
  return {
    [`xaxis${suffix(index)}`]: {
      ...{ ...common, anchor: `y${suffix(index)}` },
      domain: [left / area.width, Math.min(1, (left + width) / area.width)],
      ...panel.xaxis,
    },
    [`yaxis${suffix(index)}`]: {
      ...{ ...common, anchor: `x${suffix(index)}` },
      domain: [Math.max(0, 1 - (top + height) / area.height), 1 - top / area.height],
      ...panel.yaxis,
    },
  };
}

/** The legend below the axes; Plotly knows no settings of one that is not shown. */
function legendLayout(isShown: boolean, entrywidth: number, area: Area): JsonObject {
  if (!isShown) return { showlegend: false };
  return {
    showlegend: true,
    legend: {
      ...{ x: 0, xanchor: 'left', y: -space.axisBelow / area.height, yanchor: 'top' },
      ...{ orientation: 'h', entrywidth, traceorder: 'normal', bgcolor: 'rgba(0,0,0,0)' },
    },
  };
}

/** The width of a name in the legend, the same for all, and the height of the rows that they need. */
function legendShape(names: readonly string[], width: number): { entry: number; height: number } {
  if (names.length === 0) return { entry: 0, height: 0 };
  const widest = Math.max(...names.map((name) => textWidth(name, textSize)));
  const entry = Math.ceil(widest * widerFont) + 6;
  const perRow = Math.max(1, Math.floor(width / (entry + space.legendSample)));
  return { entry, height: Math.ceil(names.length / perRow) * space.legendRow };
}

function suffix(index: number): string {
  return index === 0 ? '' : String(index + 1);
}

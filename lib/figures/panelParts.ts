import type { JsonObject } from './figure';

/** Size of all text but titles, in pixels. */
export const textSize = 12.5;

/** One of the two diagrams of a figure. */
export interface Panel {
  readonly title: string;
  /** Sentences below the title. */
  readonly subtitle: string;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  /** Distance between the ticks of the x axis. */
  readonly xStep: number;
  /** Names in its legend, one a line. */
  readonly legendRows: number;
  readonly background: string;
}

/** The texts that both panels share. */
export interface PanelTexts {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
}

/** A diagram's place in pixels, from the top left corner of the area between the figure's margins. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** That area, in pixels. */
export interface Area {
  readonly width: number;
  readonly height: number;
}

/** Plotly's name of a panel's axes and legend: x, y, legend or x2, y2, legend2. */
export type Suffix = '' | '2';

/** Plotly counts in shares of the area, from the bottom left. */
const shareX = (x: number, area: Area) => x / area.width;
const shareY = (y: number, area: Area) => 1 - y / area.height;

/** A panel's two axes, and its legend `legendDistance` pixels below the diagram. */
export function axesAndLegend(
  panel: Panel,
  suffix: Suffix,
  { left, top, width, height }: Place,
  area: Area,
  texts: PanelTexts,
  legendDistance: number,
): JsonObject {
  const axis = {
    showline: true,
    mirror: true,
    linecolor: '#444444',
    ticks: 'outside',
    gridcolor: '#dddddd',
    zeroline: false,
  };
  return {
    [`xaxis${suffix}`]: {
      ...axis,
      anchor: `y${suffix}`,
      domain: [shareX(left, area), shareX(left + width, area)],
      range: panel.xRange,
      dtick: panel.xStep,
      title: { text: texts.xTitle, standoff: 8 },
    },
    [`yaxis${suffix}`]: {
      ...axis,
      anchor: `x${suffix}`,
      domain: [shareY(top + height, area), shareY(top, area)],
      range: panel.yRange,
      title: { text: texts.yTitle, standoff: 10 },
    },
    [`legend${suffix}`]: {
      x: shareX(left, area),
      y: shareY(top + height + legendDistance, area),
      xanchor: 'left',
      yanchor: 'top',
      // One name a line, with all the width: a vertical legend would cut off names in a wider font than Plotly measured.
      ...{ orientation: 'h', entrywidth: 1, entrywidthmode: 'fraction', traceorder: 'normal' },
      bgcolor: 'rgba(0,0,0,0)',
    },
  };
}

/** Lines of text whose top left corner is at (x, y) pixels of the area; outside it, negative, in the margin. */
export function textBlock(
  text: string,
  size: number,
  x: number,
  y: number,
  area: Area,
): JsonObject {
  return {
    text,
    font: { size },
    x: shareX(x, area),
    y: shareY(y, area),
    xref: 'paper',
    yref: 'paper',
    xanchor: 'left',
    yanchor: 'top',
    align: 'left',
    showarrow: false,
    borderpad: 0,
  };
}

/** The ground of a diagram; Plotly itself knows one colour for all diagrams of a figure. */
export function background(panel: Panel, suffix: Suffix): JsonObject {
  return {
    type: 'rect',
    layer: 'below',
    xref: `x${suffix} domain`,
    yref: `y${suffix} domain`,
    x0: 0,
    x1: 1,
    y0: 0,
    y1: 1,
    fillcolor: panel.background,
    line: { width: 0 },
  };
}

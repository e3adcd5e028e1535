import type { Figure, Trace } from './figure';
import { seriesStyle } from './seriesStyles';
import { fontFamily, wrapText } from './textWidth';

/** A named line of (x, y) points. */
export interface Line {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** The texts of a simple figure. */
export interface LineTexts {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
}

/** Of such a figure, in pixels. */
export const size = { width: 640, height: 404 };

/** Pixels around the axes; below them the legend, where no line can run through it. */
const margin = { l: 64, r: 16, t: 50, b: 74 };

/** A figure of one panel with a line per series. */
export function lineFigure(name: string, texts: LineTexts, lines: readonly Line[]): Figure {
  const title = wrapText(texts.title, size.width - 40, 15, true).join('<br>');
  const axis = { showline: true, mirror: true, linecolor: '#444444', ticks: 'outside' };
  const grid = { gridcolor: '#dddddd', zeroline: false };
  return {
    name,
    title: texts.title,
    caption: `${texts.yTitle} by ${texts.xTitle}: ${lines.map((line) => line.name).join(', ')}.`,
    data: lines.map((line, index) => lineTrace(line, index)),
    layout: {
      ...size,
      margin: { ...margin, autoexpand: false },
      font: { family: fontFamily, size: 12.5, color: '#222222' },
      paper_bgcolor: '#ffffff',
      plot_bgcolor: '#ffffff',
      hovermode: 'closest',
      showlegend: true,
      legend: {
        ...{ x: 0, xanchor: 'left', orientation: 'h', bgcolor: 'rgba(0,0,0,0)' },
        ...{ y: -44 / (size.height - margin.t - margin.b), yanchor: 'top' },
      },
      annotations: [
        {
          text: `<b>${title}</b>`,
          font: { size: 15 },
          x: 0,
          y: 1,
          yshift: 8,
          xref: 'paper',
          yref: 'paper',
          xanchor: 'left',
          yanchor: 'bottom',
          align: 'left',
          showarrow: false,
        },
      ],
      xaxis: { ...axis, ...grid, title: { text: texts.xTitle, standoff: 8 }, rangemode: 'tozero' },
      yaxis: { ...axis, ...grid, title: { text: texts.yTitle, standoff: 10 } },
    },
  };
}

function lineTrace({ name, x, y }: Line, index: number): Trace {
  const { color, dash, symbol } = seriesStyle(index);
  return {
    type: 'scatter',
    mode: 'lines+markers',
    name,
    x,
    y,
    line: { color, dash, width: 2 },
    marker: { color, symbol, size: 6, maxdisplayed: 12 },
  };
}

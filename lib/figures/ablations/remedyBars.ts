import type { Spread } from '../../report/summary';
import type { Trace } from '../figure';
import { type GridPanel, onPanel } from '../grid';
import { wrapText } from '../textWidth';

/** The bar of one arm. */
export interface Bar {
  readonly name: string;
  /** Row, the first at the top. */
  readonly place: number;
  readonly runs: number;
  readonly spread: Spread;
}

/** The part of a panel's width that is left for the numbers at its right edge. */
const NUMBERS = 0.22;

/** A panel of horizontal bars from 0 to `highest`, a row for each name. */
export function remedyPanel(
  title: string,
  names: readonly string[],
  xTitle: string,
  highest: number,
): GridPanel {
  return {
    title,
    xaxis: { range: [0, highest * (1 + NUMBERS)], title: { text: xTitle, standoff: 8 }, nticks: 7 },
    yaxis: {
      range: [names.length - 0.4, -0.6],
      tickvals: names.map((_, index) => index),
      ticktext: names.map((name) => wrapText(name, 112, 12.5).join('<br>')),
      ...{ gridcolor: 'rgba(0,0,0,0)', ticks: '' },
    },
  };
}

/** The bars, with the range over the seeds, and the means as numbers at the right edge. */
export function barTraces(
  panel: number,
  bars: readonly Bar[],
  digits: number,
  highest: number,
): readonly Trace[] {
  const y = bars.map(({ place }) => place);
  const means = bars.map(({ spread }) => spread.mean);
  const bar: Trace = {
    ...{ type: 'bar', orientation: 'h', name: 'mean over the seeds', x: means, y, width: 0.62 },
    marker: { color: '#7aa6c9', line: { color: '#23537a', width: 1 } },
    error_x: {
      ...{ type: 'data', symmetric: false, color: '#222222', thickness: 1.5, width: 5 },
      array: bars.map(({ spread }) => spread.highest - spread.mean),
      arrayminus: bars.map(({ spread }) => spread.mean - spread.lowest),
    },
    hovertext: bars.map((one) => hoverText(one, digits)),
    hovertemplate: '%{hovertext}<extra></extra>',
  };
  const numbers: Trace = {
    ...{ type: 'scatter', mode: 'text', name: 'means', hoverinfo: 'skip' },
    ...{ x: bars.map(() => highest * (1 + NUMBERS * 0.94)), y },
    text: means.map((mean) => mean.toFixed(digits)),
    ...{ textposition: 'middle left', textfont: { size: 12 } },
  };
  return [onPanel(panel, bar), onPanel(panel, numbers)];
}

function hoverText({ name, runs, spread }: Bar, digits: number): string {
  const [mean, lowest, highest] = [spread.mean, spread.lowest, spread.highest].map((value) =>
    value.toFixed(digits),
  );
  return `${name}: ${mean} (${lowest} to ${highest}, runs: ${runs})`;
}

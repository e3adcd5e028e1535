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
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10].find((candidate) => highest / candidate <= 5) ?? 20;
  const ticks = Array.from({ length: Math.floor(highest / step) + 1 }, (_, index) => index * step);
  return {
    title,
    xaxis: {
      ...{ range: [0, highest * (1 + NUMBERS)], tickvals: ticks },
      title: { text: xTitle, standoff: 8 },
    },
    yaxis: {
      range: [names.length - 0.4, -0.6],
      tickvals: names.map((_, index) => index),
      ticktext: names.map((name) => wrapText(name, 96, 12.5).join('<br>')),
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
    ...{
      type: 'bar',
      orientation: 'h',
      name: 'mean over the seeds',
      showlegend: false,
      x: means,
      y,
      width: 0.62,
    },
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
    ...{ type: 'scatter', mode: 'text', name: 'means', hoverinfo: 'skip', showlegend: false },
    ...{ x: bars.map(() => highest * (1 + NUMBERS * 0.94)), y },
    text: means.map((mean) => mean.toFixed(digits)),
    ...{ textposition: 'middle left', textfont: { size: 12 } },
  };
  return [onPanel(panel, bar), onPanel(panel, numbers)];
}

/** In the legend: what the diamonds are. */
export const END_NAME = 'dead channels in the last ten steps';

/** Diamonds for the dead channels at the end of the runs. */
export function endTrace(panel: number, bars: readonly Bar[]): Trace {
  return onPanel(panel, {
    ...{ type: 'scatter', mode: 'markers', name: END_NAME, showlegend: panel === 0 },
    ...{ x: bars.map(({ spread }) => spread.mean), y: bars.map(({ place }) => place) },
    marker: { symbol: 'diamond', size: 9, color: '#ffffff', line: { color: '#d55e00', width: 2 } },
    hovertext: bars.map((one) => `${hoverText(one, 1)} in the last ten steps`),
    hovertemplate: '%{hovertext}<extra></extra>',
  });
}

function hoverText({ name, runs, spread }: Bar, digits: number): string {
  const [mean, lowest, highest] = [spread.mean, spread.lowest, spread.highest].map((value) =>
    value.toFixed(digits),
  );
  return `${name}: ${mean} (${lowest} to ${highest}, runs: ${runs})`;
}

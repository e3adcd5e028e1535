import { DEAD_FROM, OUTCOME_STEPS } from '../../report/lastLayer';
import type { ProbeLine, RunRecord } from '../../results/record';
import { bandedLine } from '../bandedLine';
import type { Trace } from '../figure';
import type { GridPanel } from '../grid';
import { onPanel } from '../grid';
import { type Point, type SeedSeries, seedSeries, windowMeans } from '../seedSeries';
import type { SeriesStyle } from '../seriesStyles';

/** Zeros of the last layer in a probe, in percent. */
export function zerosOf({ layers }: ProbeLine): number | undefined {
  const last = layers.at(-1);
  return last && 100 * last.zeros;
}

/** A number of the probes over the runs by step, up to `lastStep`; means over windows of `width` steps. */
export function probeSeries(
  records: readonly RunRecord[],
  valueOf: (probe: ProbeLine) => number | null | undefined,
  { lastStep = Infinity, width = 1 }: { readonly lastStep?: number; readonly width?: number } = {},
): SeedSeries {
  const runs = records.map(({ probes }) => {
    const points = probes.flatMap((probe): Point[] => {
      const value = probe.step <= lastStep ? valueOf(probe) : undefined;
      return typeof value === 'number' ? [[probe.step, value]] : [];
    });
    return width > 1 ? windowMeans(points, width) : points;
  });
  return seedSeries(runs);
}

/** A line of zeros by step in a panel. */
export function zerosLine(
  panel: number,
  name: string,
  style: SeriesStyle,
  series: SeedSeries,
): readonly Trace[] {
  const format = ['.1f', ' %'] as const;
  return bandedLine({ name, series, style, xName: 'step', format, markers: 14 }).map((trace) =>
    onPanel(panel, trace),
  );
}

/** A panel of zeros by step with a logarithmic step axis, the rule's steps shaded and its share of zeros dashed. */
export function zerosPanel(title: string, lastStep: number): GridPanel {
  const ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((step) => step <= lastStep);
  return {
    title,
    xaxis: {
      ...{ type: 'log', range: [-0.02, Math.log10(lastStep) + 0.02], tickvals: ticks },
      title: { text: 'Training step (logarithmic)', standoff: 8 },
    },
    yaxis: { range: [0, 102], title: { text: 'Zeros in the last layer (%)', standoff: 10 } },
    shapes: ruleShapes(lastStep),
  };
}

/** The outcome rule drawn: its steps shaded, its share of zeros dashed. */
export function ruleShapes(lastStep: number): NonNullable<GridPanel['shapes']> {
  const { first, last } = OUTCOME_STEPS;
  const steps = {
    ...{ type: 'rect', layer: 'below', x0: first, x1: last, y0: 0, y1: 102 },
    ...{ fillcolor: '#e3e3e3', line: { width: 0 } },
  };
  const share = {
    ...{ type: 'line', layer: 'below', x0: 1, x1: lastStep, y0: DEAD_FROM, y1: DEAD_FROM },
    line: { color: '#777777', width: 1, dash: 'dash' },
  };
  return lastStep >= last ? [steps, share] : [share];
}

/** What the grey marks of such a panel mean. */
export const RULE_TEXT = `Grey: steps ${OUTCOME_STEPS.first} to ${OUTCOME_STEPS.last}, whose mean decides, and ${DEAD_FROM} %, from which on a network counts as dead.`;

import { errorOf } from '../figures/seedCurve';
import type { ErrorFigure, Metric, Paper, PaperNetwork } from '../results/paper';
import { errorFigures, figureContent, paperNetworks } from '../results/paper';
import type { RunRecord } from '../results/record';

/** Mean, lowest and highest of a quantity over runs. */
export interface Spread {
  readonly mean: number;
  readonly lowest: number;
  readonly highest: number;
}

/** The finished runs of one network. */
export interface NetworkRuns {
  readonly network: PaperNetwork;
  readonly runs: readonly RunRecord[];
}

/** Whether a run has trained all its epochs. */
export function isFinished({ final }: RunRecord): boolean {
  return final?.status === 'done';
}

/** The networks that have finished runs, in the paper's order. */
export function finishedRuns(records: readonly RunRecord[]): NetworkRuns[] {
  return paperNetworks.flatMap((network) => {
    const runs = records.filter(
      (record) => record.run.config.network.name === network && isFinished(record),
    );
    return runs.length > 0 ? [{ network, runs }] : [];
  });
}

/** The error figures whose networks all have finished runs. */
export function drawableFigures(paper: Paper, records: readonly RunRecord[]): ErrorFigure[] {
  const available = finishedRuns(records).map(({ network }) => network);
  return errorFigures.filter((figure) =>
    figureContent(paper, figure).networks.every((network) => available.includes(network)),
  );
}

/** Test error after the last epoch over runs, in percent, with the moving averages of the parameters. */
export function finalError({ runs }: NetworkRuns, metric: Metric): Spread {
  return spread(
    runs.flatMap(({ epochs }) => epochs.slice(-1)).map((line) => errorOf(line, metric)),
  );
}

/** Mean and range of at least one value. */
export function spread(values: readonly number[]): Spread {
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    lowest: Math.min(...values),
    highest: Math.max(...values),
  };
}

/** The different values, in the order of their first appearance. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

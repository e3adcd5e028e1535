import type { Metric } from '../results/paper';
import type { EpochLine, RunRecord } from '../results/record';
import { type SeedSeries, seedSeries } from './seedSeries';

/** Error by epoch over runs that differ in their seed: mean, lowest and highest, in percent. */
export interface SeedCurve extends Omit<SeedSeries, 'x'> {
  readonly epoch: readonly number[];
}

/** Test error of a run's moving averages after an epoch, in percent. */
export function errorOf(line: EpochLine, metric: Metric): number {
  return metric === 'top1' ? line.top1Error : line.top5Error;
}

/** The curve over all the runs, at the epochs that every run has reached. */
export function seedCurve(records: readonly RunRecord[], metric: Metric): SeedCurve {
  const { x, ...series } = seedSeries(
    records.map(({ epochs }) => epochs.map((line) => [line.epoch, errorOf(line, metric)] as const)),
  );
  return { epoch: x, ...series };
}

/** First epoch at which a curve is at or below `error`; undefined when it never is. */
export function epochReaching(
  error: number,
  epoch: readonly number[],
  errors: readonly number[],
): number | undefined {
  return epoch[errors.findIndex((value) => value <= error)];
}

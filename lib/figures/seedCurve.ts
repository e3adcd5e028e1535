import type { Metric } from '../results/paper';
import type { EpochLine, RunRecord } from '../results/record';

/** Error by epoch over runs that differ in their seed: mean, lowest and highest, in percent. */
export interface SeedCurve {
  readonly runs: number;
  readonly epoch: number[];
  readonly mean: number[];
  readonly lowest: number[];
  readonly highest: number[];
}

/** Test error of a run's moving averages after an epoch, in percent. */
export function errorOf(line: EpochLine, metric: Metric): number {
  return metric === 'top1' ? line.top1Error : line.top5Error;
}

/** The curve over all the runs, at the epochs that every run has reached. */
export function seedCurve(records: readonly RunRecord[], metric: Metric): SeedCurve {
  const byEpoch = new Map<number, number[]>();
  for (const line of records.flatMap(({ epochs }) => epochs)) {
    byEpoch.set(line.epoch, [...(byEpoch.get(line.epoch) ?? []), errorOf(line, metric)]);
  }
  const complete = [...byEpoch]
    .filter(([, errors]) => errors.length === records.length)
    .sort(([a], [b]) => a - b);
  return {
    runs: records.length,
    epoch: complete.map(([epoch]) => epoch),
    mean: complete.map(([, errors]) => errors.reduce((sum, error) => sum + error) / errors.length),
    lowest: complete.map(([, errors]) => Math.min(...errors)),
    highest: complete.map(([, errors]) => Math.max(...errors)),
  };
}

/** First epoch at which a curve is at or below `error`; undefined when it never is. */
export function epochReaching(
  error: number,
  epoch: readonly number[],
  errors: readonly number[],
): number | undefined {
  return epoch[errors.findIndex((value) => value <= error)];
}

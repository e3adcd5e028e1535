import type { CropCount } from '../images/crops';
import type { EvaluationRecord } from '../results/evaluationRecord';
import type { Metric } from '../results/paper';

/** One network with fewer and with more crops. */
export interface CropPair {
  readonly first: EvaluationRecord;
  readonly second: EvaluationRecord;
}

/** The single networks that were evaluated with both numbers of crops. */
export function cropPairs(
  evaluations: readonly EvaluationRecord[],
  fewer: CropCount,
  more: CropCount,
): readonly CropPair[] {
  const single = evaluations.filter(({ models }) => models.length === 1);
  return single
    .filter(({ crops }) => crops === fewer)
    .flatMap((first) => {
      const second = single.find((one) => one.crops === more && isSameModel(one, first));
      return second ? [{ first, second }] : [];
    });
}

/** By how many points the error is lower with more crops. */
export function cropGain({ first, second }: CropPair, metric: Metric): number {
  return first.metrics[metric].error - second.metrics[metric].error;
}

function isSameModel(a: EvaluationRecord, b: EvaluationRecord): boolean {
  return a.models[0].sha256 === b.models[0].sha256 && a.metrics.images === b.metrics.images;
}

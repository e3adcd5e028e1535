import { datasetTitle } from '../figures/curves';
import { count, listed } from '../report/format';
import { distinct } from '../report/summary';
import { TRAINED_SIZES, trainedSizes } from '../report/trainedSizes';
import type { EvaluationRecord } from '../results/evaluationRecord';

/** Of evaluations of the same models with the same crops and images the newest. */
export function newestEvaluations(
  evaluations: readonly EvaluationRecord[],
): readonly EvaluationRecord[] {
  const byTime = [...evaluations].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  const key = ({ models, crops, metrics }: EvaluationRecord) =>
    [crops, metrics.images, ...models.map(({ sha256 }) => sha256)].join();
  return [...new Map(byTime.map((one) => [key(one), one])).values()];
}

/** Those whose networks saw parts of all sizes in training, as the paper's did as far as is known; all where there are none. */
export function trainedLikePaper(
  evaluations: readonly EvaluationRecord[],
): readonly EvaluationRecord[] {
  const onAllSizes = evaluations.filter((one) => trainedSizes(one) === 'all');
  return onAllSizes.length > 0 ? onAllSizes : evaluations;
}

/** What was evaluated: "CIFAR-10, 5,000 of 10,000 test images, crops of 32x32". */
export function evaluationScale(evaluations: readonly EvaluationRecord[]): string {
  const images = evaluations.map(({ data, metrics }) =>
    data.of === undefined ? count(metrics.images) : `${count(metrics.images)} of ${count(data.of)}`,
  );
  const sizes = evaluations.flatMap(({ models }) =>
    models.map(({ plan }) => `${plan.inputSize}x${plan.inputSize}`),
  );
  return `${listed(distinct(evaluations.map(datasetTitle)))}, ${listed(distinct(images))} test images, crops of ${listed(distinct(sizes))}, networks ${listed(distinct(evaluations.map((one) => TRAINED_SIZES[trainedSizes(one)])))}`;
}

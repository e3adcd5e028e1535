import type { EvaluationRecord } from '../results/evaluationRecord';

/** What tells how the networks of an evaluation were trained. */
export type Evaluated = Pick<EvaluationRecord, 'models'>;

/** In which sizes networks saw their images in training; 'unknown' of weight files, and where networks differ. */
export type TrainedSizes = 'one' | 'all' | 'unknown';

/** The same in words. */
export const TRAINED_SIZES: Readonly<Record<TrainedSizes, string>> = {
  one: 'trained on images of one size',
  all: 'trained on parts of all sizes',
  unknown: 'trained in a way that their records do not tell',
};

/** In which sizes the networks of an evaluation saw images. */
export function trainedSizes({ models }: Evaluated): TrainedSizes {
  const sizes = new Set(models.map(({ trainedOn }) => sizesOf(trainedOn)));
  const [first] = sizes;
  return sizes.size === 1 ? first : 'unknown';
}

function sizesOf(data: Evaluated['models'][number]['trainedOn']): TrainedSizes {
  if (data === undefined) return 'unknown';
  const isOfAllSizes = data.name === 'imageFolder' || data.crops === 'randomSize';
  return data.augment && isOfAllSizes ? 'all' : 'one';
}

import * as tf from '@tensorflow/tfjs';

import { evaluationBatches } from '../../lib/data/batches';
import { firstImages } from '../../lib/data/dataset';
import { syntheticDataset } from '../../lib/data/synthetic';
import type { EpochLine } from '../../lib/results/record';
import type { FinishedRun } from '../../lib/run/finishedRun';
import type { TrainOptions } from '../../lib/run/trainOptions';

const TEST_IMAGES = 100;

/** A network so small that a step takes milliseconds, on images that it can learn: three epochs of four steps. */
export const tiny = {
  network: { name: 'inception-resnet-v1', width: 0.1, repeats: { a: 1, b: 1, c: 1 } },
  data: { name: 'synthetic', trainImages: 128, testImages: TEST_IMAGES },
  batchSize: 32,
  batchNormDecay: 0.5,
  averageDecay: 0.5,
  epochs: 3,
  record: false,
  progress: false,
} satisfies TrainOptions;

/** All epochs of a run, read to its end. */
export async function read(epochs: AsyncIterable<EpochLine>): Promise<EpochLine[]> {
  const lines: EpochLine[] = [];
  for await (const line of epochs) lines.push(line);
  return lines;
}

/** Percent of the test images for which the run's model has another class highest. */
export function top1Error({ model }: FinishedRun): number {
  const { test } = syntheticDataset();
  const [batch] = evaluationBatches(firstImages(test, TEST_IMAGES, 32), 32, TEST_IMAGES);
  return tf.tidy(() => {
    const images = tf.tensor4d(batch.pixels, [TEST_IMAGES, 32, 32, 3]);
    const guesses = (model.predict(images) as tf.Tensor).argMax(-1).dataSync();
    return (100 * batch.labels.filter((label, i) => label !== guesses[i]).length) / TEST_IMAGES;
  });
}

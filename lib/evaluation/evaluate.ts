import * as tf from '@tensorflow/tfjs';

import { type Batch, evaluationBatches } from '../data/batches';
import type { ImageSet } from '../data/dataset';
import { forward } from '../models/forward';
import type { Network } from '../models/node';
import type { ParameterValues } from '../models/parameterValues';
import { crossEntropy } from '../training/losses';
import { ranksOf, topKErrorPercent } from './topK';

/** How a network does on a set of images. */
export interface Evaluation {
  /** Mean cross entropy without label smoothing. */
  readonly loss: number;
  readonly top1Error: number;
  readonly top5Error: number;
}

/** Images per forward pass; larger brings nothing on two cores. */
const BATCH_SIZE = 250;

/**
 * Single-crop top-1 and top-5 error, in percent, of a network with the given weights.
 *
 * Between two batches the event loop runs once, so that interrupts and progress bars stay alive.
 */
export async function evaluate(
  network: Network,
  values: ParameterValues,
  images: ImageSet,
  imageSize: number,
): Promise<Evaluation> {
  const ranks: number[] = [];
  let loss = 0;
  for (const batch of evaluationBatches(images, imageSize, BATCH_SIZE)) {
    const result = evaluateBatch(network, values, batch, imageSize);
    loss += (result.loss * batch.count) / images.count;
    ranks.push(...result.ranks);
    await tf.nextFrame();
  }
  return { loss, top1Error: topKErrorPercent(ranks, 1), top5Error: topKErrorPercent(ranks, 5) };
}

function evaluateBatch(network: Network, values: ParameterValues, batch: Batch, size: number) {
  return tf.tidy(() => {
    const images = tf.tensor4d(batch.pixels, [batch.count, size, size, 3]);
    const logits = forward(network, values, images, { training: false });
    const loss = crossEntropy(logits, tf.tensor1d(batch.labels, 'int32'));
    return { loss: loss.dataSync()[0], ranks: ranksOf(batch.labels, logits.dataSync<'float32'>()) };
  });
}

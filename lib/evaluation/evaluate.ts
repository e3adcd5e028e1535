import * as tf from '@tensorflow/tfjs';

import type { Batch, BatchedImages } from '../data/batches';
import { imageBytes } from '../data/dataset';
import { ranksOf, topKErrorPercent } from './topK';

/** How a network does on a set of images. */
export interface Evaluation {
  /** Mean cross entropy without label smoothing. */
  readonly loss: number;
  readonly top1Error: number;
  readonly top5Error: number;
}

/** A network in inference: logits [batch, classes] and cross entropies [batch], which belong to the caller. */
export type Infer = (
  images: tf.Tensor4D,
  labels: tf.Tensor1D,
) => { readonly logits: tf.Tensor2D; readonly losses: tf.Tensor1D };

/**
 * Single-crop top-1 and top-5 error, in percent, of a network.
 *
 * Every batch has the same size, for which a graph is compiled; zeros fill the last one up and are left out of account.
 * Between two batches the event loop runs once, so that interrupts and progress bars stay alive. An aborted signal makes it
 * reject with the signal's reason.
 */
export async function evaluate(
  infer: Infer,
  images: BatchedImages,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const { count, imageSize, batchSize } = images;
  const ranks: number[] = [];
  let loss = 0;
  for await (const batch of images.batches()) {
    const result = evaluateBatch(infer, filledUp(batch, imageSize, batchSize), imageSize);
    loss += sum(result.losses.subarray(0, batch.count)) / count;
    ranks.push(...result.ranks.slice(0, batch.count));
    await tf.nextFrame();
    signal?.throwIfAborted();
  }
  return { loss, top1Error: topKErrorPercent(ranks, 1), top5Error: topKErrorPercent(ranks, 5) };
}

function evaluateBatch(infer: Infer, { count, pixels, labels }: Batch, size: number) {
  return tf.tidy(() => {
    const images = tf.tensor4d(pixels, [count, size, size, 3]);
    const { logits, losses } = infer(images, tf.tensor1d(labels, 'int32'));
    return {
      losses: losses.dataSync<'float32'>(),
      ranks: ranksOf(labels, logits.dataSync<'float32'>()),
    };
  });
}

function filledUp({ count, ...batch }: Batch, imageSize: number, size: number): Batch {
  if (count === size) {
    return { count, ...batch };
  }
  const pixels = new Float32Array(size * imageBytes(imageSize));
  const labels = new Int32Array(size);
  pixels.set(batch.pixels);
  labels.set(batch.labels);
  return { count: size, pixels, labels };
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0);
}

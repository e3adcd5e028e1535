import type * as tf from '@tensorflow/tfjs';

/** One number per channel. */
export type PerChannel = Float32Array;

/** The depth of [batch, height, width, depth]. */
export function depthOf({ shape }: tf.TensorInfo): number {
  return shape[shape.length - 1];
}

/** The number of positions of [batch, height, width, depth]: batch * height * width. */
export function positionsOf({ shape }: tf.TensorInfo): number {
  return shape.slice(0, -1).reduce((product, side) => product * side, 1);
}

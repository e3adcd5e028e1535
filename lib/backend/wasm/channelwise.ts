import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { dispose, reshaped, run, tensorOf, valuesOf } from './backend';

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

/** Mean of each channel of [batch, height, width, depth]: image by image in float32, over the images in float64. */
export function channelMeans(backend: BackendWasm, x: tf.TensorInfo): PerChannel {
  const [batch] = x.shape;
  const depth = depthOf(x);
  const images = reshaped(x, [batch, positionsOf(x) / batch, depth]);
  const means = run(backend, 'Mean', { x: images }, { axis: 1, keepDims: false });
  const values = valuesOf(backend, means);
  const result = new Float32Array(depth);
  for (let channel = 0; channel < depth; channel++) {
    let sum = 0;
    for (let index = channel; index < values.length; index += depth) {
      sum += values[index];
    }
    result[channel] = sum / batch;
  }
  dispose(backend, means);
  return result;
}

/**
 * x * scale + shift, channel by channel.
 *
 * A depthwise 1x1 convolution with bias is XNNPACK's one-pass multiply-add; Multiply and Sub with a vector go row by row.
 */
export function scaleAndShift(
  backend: BackendWasm,
  x: tf.TensorInfo,
  scale: PerChannel,
  shift: PerChannel,
): tf.TensorInfo {
  const depth = scale.length;
  const filter = tensorOf(backend, scale, [1, 1, depth, 1]);
  const bias = tensorOf(backend, shift);
  const rows = reshaped(x, [1, positionsOf(x), 1, depth]);
  const result = run(
    backend,
    'FusedDepthwiseConv2D',
    { x: rows, filter, bias },
    { strides: [1, 1], dilations: [1, 1], pad: 'valid', dataFormat: 'NHWC', activation: 'linear' },
  );
  dispose(backend, filter, bias);
  result.shape = [...x.shape];
  return result;
}

import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { dispose, run, tensorOf, type KernelCall } from './backend';
import type { ConvolutionAttributes, WindowInfo } from './convolution';
import { spreadOut } from './spreading';

type Inputs = Readonly<Record<'dy' | 'input', tf.TensorInfo>>;

/** How a pooling slides over its input. */
export interface PoolingAttributes extends Pick<
  ConvolutionAttributes,
  'strides' | 'pad' | 'dimRoundingMode'
> {
  readonly filterSize: [number, number] | number;
}

/** The geometry of a pooling over [batch, height, width, depth]. */
export function poolingInfo(
  input: tf.TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: PoolingAttributes,
): WindowInfo {
  const shape = input.shape as [number, number, number, number];
  return tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
}

/**
 * AvgPoolGrad: dx of an average pooling, as an average pooling of dy.
 *
 * The forward pass divides by the number of positions inside the image, so the gradient of a window at the border goes
 * to fewer positions in larger shares. The stock kernel divides by the window's full size everywhere.
 */
export function avgPoolGrad({
  inputs: { dy, input },
  attrs,
  backend,
}: KernelCall<Inputs, PoolingAttributes>): tf.TensorInfo {
  const info = poolingInfo(input, attrs);
  const weights = borderWeights(backend, info);
  const weighted = run(backend, 'Multiply', { a: dy, b: weights });
  const spread = spreadOut(backend, weighted, info);
  const filterSize = [info.filterHeight, info.filterWidth];
  const dx = run(backend, 'AvgPool', { x: spread }, { filterSize, strides: [1, 1], pad: 'valid' });
  dispose(backend, weights, weighted, spread);
  return dx;
}

/** Window size / positions inside the image, [outHeight, outWidth, 1]: 1 but for windows at the border. */
function borderWeights(backend: BackendWasm, info: WindowInfo): tf.TensorInfo {
  const { outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const { top, left } = info.padInfo;
  const rows = coverage(outHeight, filterHeight, {
    stride: strideHeight,
    before: top,
    size: info.inHeight,
  });
  const columns = coverage(outWidth, filterWidth, {
    stride: strideWidth,
    before: left,
    size: info.inWidth,
  });
  const weights = rows.flatMap((row) => columns.map((column) => 1 / (row * column)));
  return tensorOf(backend, weights, [outHeight, outWidth, 1]);
}

/** Share of each window's side that lies inside the image. */
function coverage(
  count: number,
  window: number,
  {
    stride,
    before,
    size,
  }: { readonly stride: number; readonly before: number; readonly size: number },
): number[] {
  return Array.from({ length: count }, (_, index) => {
    const start = index * stride - before;
    return (Math.min(size, start + window) - Math.max(0, start)) / window;
  });
}

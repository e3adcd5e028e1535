import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { dispose, type KernelCall, run, tensorOf } from './backend';
import { spreadOut } from './spreading';
import { type PoolingAttributes, poolingInfo, type WindowInfo } from './windows';

type Inputs = Readonly<Record<'dy' | 'input', tf.TensorInfo>>;

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
  const { outHeight, outWidth, padInfo } = info;
  const rows = coverage(outHeight, (row) => ({
    start: row * info.strideHeight - padInfo.top,
    length: info.filterHeight,
    size: info.inHeight,
  }));
  const columns = coverage(outWidth, (column) => ({
    start: column * info.strideWidth - padInfo.left,
    length: info.filterWidth,
    size: info.inWidth,
  }));
  const weights = rows.flatMap((row) => columns.map((column) => 1 / (row * column)));
  return tensorOf(backend, weights, [outHeight, outWidth, 1]);
}

/** One side of a window, from `start` on, over an image side of `size` positions. */
interface WindowSide {
  readonly start: number;
  readonly length: number;
  readonly size: number;
}

/** Share of each window's side that lies inside the image. */
function coverage(count: number, sideAt: (index: number) => WindowSide): number[] {
  return Array.from({ length: count }, (_, index) => {
    const { start, length, size } = sideAt(index);
    return (Math.min(size, start + length) - Math.max(0, start)) / length;
  });
}

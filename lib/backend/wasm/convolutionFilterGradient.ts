import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { dispose, type KernelCall, reshaped, run } from './backend';
import {
  type ConvolutionAttributes,
  convolutionInfo,
  explicitPadding,
  type WindowInfo,
} from './windows';

type Inputs = Readonly<Record<'x' | 'dy', tf.TensorInfo>>;

interface Attributes extends ConvolutionAttributes {
  readonly filterShape: readonly number[];
}

/**
 * Conv2DBackpropFilter: dW of a convolution, as a convolution of x with dy.
 *
 * dW[i, j, c, k] = sum over image n and output (p, q) of x[n, p stride + i, q stride + j, c] dy[n, p, q, k]. With images
 * and channels exchanged that is a convolution: the channels of x are the batch, the images are the depth, dy is the
 * filter, its stride becomes a dilation, and the result is as large as the filter was.
 */
export function conv2DBackpropFilter({
  inputs: { x, dy },
  attrs,
  backend,
}: KernelCall<Inputs, Attributes>): tf.TensorInfo {
  const info = convolutionInfo(x.shape, attrs.filterShape, attrs);
  const input = imagesLast(backend, x, [2, 1, 0]);
  const errors = imagesLast(backend, dy, [1, 0, 2]);
  const gradient = isPointwise(info)
    ? pointwiseGradient(backend, input, errors)
    : correlate(backend, input, errors, info);
  dispose(backend, input, errors);
  gradient.shape = [...info.filterShape];
  return gradient;
}

/** [batch, height, width, depth], seen as [batch, positions, depth], with these axes in another order. */
function imagesLast(
  backend: BackendWasm,
  { shape: [batch, height, width, depth], ...tensor }: tf.TensorInfo,
  perm: readonly number[],
): tf.TensorInfo {
  const x = { ...tensor, shape: [batch, height * width, depth] };
  return run(backend, 'Transpose', { x }, { perm });
}

function isPointwise({ filterHeight, filterWidth, strideHeight, strideWidth }: WindowInfo) {
  return [filterHeight, filterWidth, strideHeight, strideWidth].every((side) => side === 1);
}

/** The same sum for a 1x1 filter; XNNPACK convolves four outputs at a time and would waste three. */
function pointwiseGradient(
  backend: BackendWasm,
  { shape: [inChannels, ...inner], ...input }: tf.TensorInfo,
  { shape: [positions, batch, outChannels], ...errors }: tf.TensorInfo,
): tf.TensorInfo {
  const a = { ...input, shape: [inChannels, inner[0] * inner[1]] };
  const b = { ...errors, shape: [positions * batch, outChannels] };
  return run(backend, 'BatchMatMul', { a, b }, { transposeA: false, transposeB: false });
}

/** Filter gradient [filterHeight, filterWidth, inChannels, outChannels]. */
function correlate(
  backend: BackendWasm,
  input: tf.TensorInfo,
  errors: tf.TensorInfo,
  info: WindowInfo,
): tf.TensorInfo {
  const { batchSize, inChannels, inHeight, inWidth, outHeight, outWidth, outChannels } = info;
  const x = reshaped(input, [inChannels, inHeight, inWidth, batchSize]);
  const filter = reshaped(errors, [outHeight, outWidth, batchSize, outChannels]);
  const attributes = {
    strides: [1, 1],
    dilations: [info.strideHeight, info.strideWidth],
    pad: correlationPadding(info),
    dataFormat: 'NHWC',
  };
  const taps = run(backend, 'Conv2D', { x, filter }, attributes);
  const gradient = tapsFirst(backend, taps, info);
  dispose(backend, taps);
  return gradient;
}

/** The padding of the forward pass; where that left over input rows (VALID), the result has taps to spare. */
function correlationPadding(info: WindowInfo) {
  const { top, left } = info.padInfo;
  const lastRow = (info.outHeight - 1) * info.strideHeight + info.filterHeight;
  const lastColumn = (info.outWidth - 1) * info.strideWidth + info.filterWidth;
  const bottom = Math.max(0, lastRow - top - info.inHeight);
  const right = Math.max(0, lastColumn - left - info.inWidth);
  return explicitPadding({ top, bottom, left, right });
}

/** [inChannels, rows, columns, outChannels] to [rows, columns, inChannels, outChannels], without spare taps. */
function tapsFirst(
  backend: BackendWasm,
  taps: tf.TensorInfo,
  { filterHeight, filterWidth, inChannels, outChannels }: WindowInfo,
): tf.TensorInfo {
  const size = [inChannels, filterHeight, filterWidth, outChannels];
  const needed = run(backend, 'Slice', { x: taps }, { begin: [0, 0, 0, 0], size });
  const gradient = run(backend, 'Transpose', { x: needed }, { perm: [1, 2, 0, 3] });
  dispose(backend, needed);
  return gradient;
}

import type * as tf from '@tensorflow/tfjs';

import { addressOf, allocate, dispose, type KernelCall } from './backend';
import { panelColumns, windowPitches } from './convolution';
import { withMargin } from './margins';
import { simd } from './simd';
import { type ConvolutionAttributes, convolutionInfo, type WindowInfo } from './windows';

type Inputs = Readonly<Record<'x' | 'dy', tf.TensorInfo>>;

interface Attributes extends ConvolutionAttributes {
  readonly filterShape: readonly number[];
}

/** Conv2DBackpropFilter: dW[i, j, c, k] = sum over images n and outputs (p, q) of x[n, p + i, q + j, c] dy[n, p, q, k]. */
export function conv2DBackpropFilter({
  inputs: { x, dy },
  attrs,
  backend,
}: KernelCall<Inputs, Attributes>): tf.TensorInfo {
  const info = convolutionInfo(x.shape, attrs.filterShape, attrs);
  const input = withMargin(backend, x, info);
  const windows = windowPitches(input, info);
  const { filterRows, rowLength, channels } = windows;
  const chunk = positionsAtOnce(info);
  const size = simd(backend).sizeOfFilterGradientSums({ filterRows, rowLength, channels });
  const sums = allocate(backend, [size]);
  const table = allocate(backend, [chunk + 8]);
  const inputPanels = allocate(backend, [chunk, panelColumns(rowLength)]);
  const errorPanels = allocate(backend, [chunk, panelColumns(channels)]);
  const gradient = allocate(backend, info.filterShape);
  simd(backend).filterGradient({
    input: addressOf(backend, input),
    errors: addressOf(backend, dy),
    gradient: addressOf(backend, gradient),
    sums: addressOf(backend, sums),
    table: addressOf(backend, table),
    inputPanels: addressOf(backend, inputPanels),
    errorPanels: addressOf(backend, errorPanels),
    chunk,
    ...windows,
  });
  dispose(backend, input, sums, table, inputPanels, errorPanels);
  return gradient;
}

/**
 * So many positions that their panels fill half of a usual second-level cache; a multiple of four.
 *
 * Not 256: rows of panels that are a power of two apart would share a few lines of the first-level cache.
 */
function positionsAtOnce({ filterWidth, inChannels, outChannels }: WindowInfo): number {
  const floats = filterWidth * inChannels + outChannels;
  return 4 * Math.max(8, Math.min(63, Math.floor(131_072 / floats / 4)));
}

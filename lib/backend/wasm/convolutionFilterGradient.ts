import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { allocate, dispose, lendPart, run, valuesOf, type KernelCall } from './backend';
import { convolutionInfo, type ConvolutionAttributes, type WindowInfo } from './convolution';
import { channelRows, outputRows, positionGrid, type PositionGrid } from './positionGrid';

type Inputs = Readonly<Record<'x' | 'dy', tf.TensorInfo>>;

interface Attributes extends ConvolutionAttributes {
  readonly filterShape: readonly number[];
}

/**
 * Conv2DBackpropFilter: dW of a convolution, as one matrix product per tap of the filter.
 *
 * dW[i, j] = sum over output positions p of x[p + (i, j)]' dy[p]. With x and dy on a common grid of positions, the
 * left operand of every tap is the same matrix, read a few positions further on: nothing is copied per tap. With a
 * stride, the taps fall into phases that see disjoint positions of x, and each phase has its own matrix.
 */
export function conv2DBackpropFilter({
  inputs: { x, dy },
  attrs,
  backend,
}: KernelCall<Inputs, Attributes>): tf.TensorInfo {
  const info = convolutionInfo(x.shape, attrs.filterShape, attrs);
  const grid = positionGrid(info);
  const errors = outputRows(backend, dy, info, grid);
  const gradient = allocate(backend, info.filterShape);
  for (let top = 0; top < Math.min(info.strideHeight, info.filterHeight); top++) {
    for (let left = 0; left < Math.min(info.strideWidth, info.filterWidth); left++) {
      const input = channelRows(backend, x, info, { grid, top, left });
      addPhase(backend, { info, grid, errors, gradient, input, top, left });
      dispose(backend, input);
    }
  }
  dispose(backend, errors);
  return gradient;
}

interface Phase {
  readonly info: WindowInfo;
  readonly grid: PositionGrid;
  readonly errors: tf.TensorInfo;
  readonly gradient: tf.TensorInfo;
  readonly input: tf.TensorInfo;
  readonly top: number;
  readonly left: number;
}

/** Fills in the taps (top + n strideHeight, left + m strideWidth) of the gradient. */
function addPhase(backend: BackendWasm, { top, left, ...phase }: Phase): void {
  const { strideHeight, strideWidth, filterHeight, filterWidth } = phase.info;
  for (let row = top; row < filterHeight; row += strideHeight) {
    for (let column = left; column < filterWidth; column += strideWidth) {
      const start = ((row - top) / strideHeight) * phase.grid.width + (column - left) / strideWidth;
      const product = tapProduct(backend, phase, start);
      const target = (row * filterWidth + column) * phase.info.inChannels * phase.info.outChannels;
      valuesOf(backend, phase.gradient).set(valuesOf(backend, product), target);
      dispose(backend, product);
    }
  }
}

function tapProduct(
  backend: BackendWasm,
  { info, grid, errors, input }: Omit<Phase, 'top' | 'left'>,
  start: number,
): tf.TensorInfo {
  const shape = [info.inChannels, grid.positions];
  return lendPart(backend, input, { start, shape }, (a) =>
    run(backend, 'BatchMatMul', { a, b: errors }, { transposeA: false, transposeB: false }),
  );
}

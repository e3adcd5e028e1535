import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { allocate, shared, valuesOf } from './backend';
import type { WindowInfo } from './windows';

/**
 * Puts the output positions of a window operation back to where their windows lie.
 *
 * Returns [batch, inHeight + filterHeight - 1, inWidth + filterWidth - 1, depth], zero but for the values of `outputs`
 * [batch, outHeight, outWidth, depth], such that the window of the same size at (row, column) of the result holds just
 * the outputs whose windows cover the input position (row, column). Throws for padding as wide as the window.
 */
export function spreadOut(
  backend: BackendWasm,
  outputs: tf.TensorInfo,
  info: WindowInfo,
): tf.TensorInfo {
  rejectWidePadding(info);
  const height = info.inHeight + info.filterHeight - 1;
  const width = info.inWidth + info.filterWidth - 1;
  if (height === info.outHeight && width === info.outWidth) {
    return shared(backend, outputs);
  }
  const grid = allocate(backend, [info.batchSize, height, width, info.outChannels]);
  copyPositions(valuesOf(backend, outputs), valuesOf(backend, grid), { info, height, width });
  return grid;
}

/** Windows that see nothing but padding have no place on the grid; SAME and VALID padding make none. */
function rejectWidePadding({ filterHeight, filterWidth, padInfo }: WindowInfo): void {
  const { top, bottom, left, right } = padInfo;
  if (Math.max(top, bottom) >= filterHeight || Math.max(left, right) >= filterWidth) {
    throw new Error(
      `The gradient of a window of ${filterHeight}x${filterWidth} with padding ` +
        `[${top}, ${bottom}], [${left}, ${right}] is not implemented on wasm; ` +
        `expected padding narrower than the window.`,
    );
  }
}

interface Grid {
  readonly info: WindowInfo;
  readonly height: number;
  readonly width: number;
}

function copyPositions(outputs: Float32Array, grid: Float32Array, { info, height, width }: Grid) {
  const { batchSize, outHeight, outWidth, outChannels: depth, strideHeight } = info;
  const top = info.filterHeight - 1 - info.padInfo.top;
  const left = info.filterWidth - 1 - info.padInfo.left;
  grid.fill(0);
  for (let image = 0; image < batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      const source = (image * outHeight + row) * outWidth * depth;
      const target = ((image * height + top + row * strideHeight) * width + left) * depth;
      const values = outputs.subarray(source, source + outWidth * depth);
      copyRow(values, grid, { target, depth, step: info.strideWidth * depth });
    }
  }
}

interface RowTarget {
  readonly target: number;
  readonly depth: number;
  readonly step: number;
}

function copyRow(values: Float32Array, grid: Float32Array, { target, depth, step }: RowTarget) {
  if (step === depth) {
    grid.set(values, target);
    return;
  }
  for (let source = 0; source < values.length; source += depth, target += step) {
    grid.set(values.subarray(source, source + depth), target);
  }
}

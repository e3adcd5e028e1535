import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { allocate, valuesOf } from './backend';
import type { WindowInfo } from './convolution';

/** The positions of a batch of images with room for padding, as one long line: image by image, row by row. */
export interface PositionGrid {
  readonly height: number;
  readonly width: number;
  /** Length of the line: batch * height * width, and a few more where that would be slow. */
  readonly positions: number;
  /** Positions from the first to the last tap of one phase of the filter. */
  readonly reach: number;
}

/** Spare positions that keep the line's length off multiples of 1024, see `positionGrid`. */
const SPARE = 16;

/**
 * The smallest grid on which a tap is a plain shift along the line.
 *
 * Its lines of 1024 n float32 would start whole memory pages apart, fall into the same cache set and evict each
 * other; writing them then takes several times as long.
 */
export function positionGrid(info: WindowInfo): PositionGrid {
  const { padInfo, batchSize } = info;
  const down = Math.ceil(info.filterHeight / info.strideHeight) - 1;
  const across = Math.ceil(info.filterWidth / info.strideWidth) - 1;
  const height = side(info.inHeight, info.outHeight, info.strideHeight, down, padInfo.top);
  const width = side(info.inWidth, info.outWidth, info.strideWidth, across, padInfo.left);
  const positions = batchSize * height * width;
  return {
    height,
    width,
    positions: positions % 1024 === 0 ? positions + SPARE : positions,
    reach: down * width + across,
  };
}

/** At stride 1 the zeros before a row (or image) serve the row before as the zeros after it. */
function side(input: number, output: number, stride: number, reach: number, before: number) {
  return stride === 1 ? Math.max(input + before, output + reach - before) : output + reach;
}

/** dy [batch, outHeight, outWidth, depth] on the grid, [positions, depth]; zero where there is no output. */
export function outputRows(
  backend: BackendWasm,
  dy: tf.TensorInfo,
  { batchSize, outHeight, outWidth, outChannels }: WindowInfo,
  grid: PositionGrid,
): tf.TensorInfo {
  const rows = allocate(backend, [grid.positions, outChannels]);
  const source = valuesOf(backend, dy);
  const target = valuesOf(backend, rows).fill(0);
  const length = outWidth * outChannels;
  for (let image = 0; image < batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      const from = (image * outHeight + row) * length;
      const to = (image * grid.height + row) * grid.width * outChannels;
      target.set(source.subarray(from, from + length), to);
    }
  }
  return rows;
}

/** The phase of a strided filter that starts at tap (top, left); (0, 0) is the only one at stride 1. */
export interface GridPhase {
  readonly grid: PositionGrid;
  readonly top: number;
  readonly left: number;
}

/**
 * x [batch, inHeight, inWidth, depth] on the grid, one line per channel: [depth, positions] and `reach` zeros more.
 *
 * Grid position (row, column) holds what tap (top, left) of the filter sees at output (row, column). Reading up to
 * `reach` positions further on runs into the next channel's line only where dy is zero or that line begins with
 * padding.
 */
export function channelRows(
  backend: BackendWasm,
  x: tf.TensorInfo,
  info: WindowInfo,
  { grid, top, left }: GridPhase,
): tf.TensorInfo {
  const lines = allocate(backend, [info.inChannels * grid.positions + grid.reach]);
  const source = valuesOf(backend, x);
  const target = valuesOf(backend, lines).fill(0);
  for (let image = 0; image < info.batchSize; image++) {
    for (let row = 0; row < grid.height; row++) {
      const inRow = row * info.strideHeight + top - info.padInfo.top;
      if (inRow >= 0 && inRow < info.inHeight) {
        const from = (image * info.inHeight + inRow) * info.inWidth;
        const to = (image * grid.height + row) * grid.width;
        transposeRow(source, target, { info, grid, from, to, left });
      }
    }
  }
  return lines;
}

interface RowCopy {
  readonly info: WindowInfo;
  readonly grid: PositionGrid;
  readonly from: number;
  readonly to: number;
  readonly left: number;
}

function transposeRow(
  source: Float32Array,
  target: Float32Array,
  { info, grid, from, to, left }: RowCopy,
): void {
  const { inChannels: depth, inWidth, strideWidth, padInfo } = info;
  const offset = left - padInfo.left;
  const first = Math.max(0, Math.ceil(-offset / strideWidth));
  const end = Math.min(grid.width, Math.ceil((inWidth - offset) / strideWidth));
  const step = strideWidth * depth;
  for (let channel = 0; channel < depth; channel++) {
    const line = channel * grid.positions + to;
    let next = (from + offset + first * strideWidth) * depth + channel;
    for (let column = first; column < end; column++, next += step) {
      target[line + column] = source[next];
    }
  }
}

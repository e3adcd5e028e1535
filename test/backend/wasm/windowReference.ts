import type { Values } from './useWasm';

/** A window sliding over [batch, height, width, depth]. */
export interface Window {
  readonly kernel: readonly [height: number, width: number];
  readonly stride: number;
  readonly pad: 'same' | 'valid';
}

/** One pair of an output position and a position of its window inside the image. */
export interface Visit {
  readonly image: number;
  readonly output: readonly [row: number, column: number];
  readonly input: readonly [row: number, column: number];
  readonly tap: readonly [row: number, column: number];
}

/** Rows (or columns) of the output, and zeros before the first input row. */
function side(
  size: number,
  kernel: number,
  { stride, pad }: Window,
): [count: number, before: number] {
  if (pad === 'valid') {
    return [Math.floor((size - kernel) / stride) + 1, 0];
  }
  const count = Math.ceil(size / stride);
  return [count, Math.floor(Math.max(0, (count - 1) * stride + kernel - size) / 2)];
}

/** Shape of a window operation's output. */
export function outputShape(shape: readonly number[], depth: number, window: Window): number[] {
  const [height] = side(shape[1], window.kernel[0], window);
  const [width] = side(shape[2], window.kernel[1], window);
  return [shape[0], height, width, depth];
}

/** Visits all pairs in reading order, straight from the definition. */
export function eachVisit(
  shape: readonly number[],
  window: Window,
  act: (visit: Visit) => void,
): void {
  const [rows, top] = side(shape[1], window.kernel[0], window);
  const [columns, left] = side(shape[2], window.kernel[1], window);
  for (let image = 0; image < shape[0]; image++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let i = 0; i < window.kernel[0]; i++) {
          for (let j = 0; j < window.kernel[1]; j++) {
            const y = row * window.stride + i - top;
            const x = column * window.stride + j - left;
            if (y >= 0 && y < shape[1] && x >= 0 && x < shape[2]) {
              act({ image, output: [row, column], input: [y, x], tap: [i, j] });
            }
          }
        }
      }
    }
  }
}

/** Index of the first channel of a position in [batch, height, width, depth]. */
export function at(
  shape: readonly number[],
  image: number,
  [row, column]: readonly number[],
): number {
  return ((image * shape[1] + row) * shape[2] + column) * shape[3];
}

/** A convolution and, for a gradient `dy` of its output, the gradients of its inputs; all in float64. */
export function convolution(x: Values, filter: Values, dy: Values, window: Window) {
  const [, width, depth, outDepth] = filter.shape;
  const y = new Array<number>(dy.values.length).fill(0);
  const dx = new Array<number>(x.values.length).fill(0);
  const dFilter = new Array<number>(filter.values.length).fill(0);
  eachVisit(x.shape, window, ({ image, output, input, tap }) => {
    const to = at(dy.shape, image, output);
    const from = at(x.shape, image, input);
    for (let c = 0; c < depth; c++) {
      const weights = ((tap[0] * width + tap[1]) * depth + c) * outDepth;
      for (let k = 0; k < outDepth; k++) {
        y[to + k] += x.values[from + c] * filter.values[weights + k];
        dx[from + c] += dy.values[to + k] * filter.values[weights + k];
        dFilter[weights + k] += x.values[from + c] * dy.values[to + k];
      }
    }
  });
  return { y, dx, dFilter };
}

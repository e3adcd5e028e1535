import { type Padding, slide } from '../../models/node';

/** A cell of the output, a cell of the input under its window, and the place of that cell in the window. */
export interface Pair {
  readonly output: number;
  readonly input: number;
  readonly tap: number;
}

/** One direction (rows or columns) of a sliding window: all pairs, straight from the definition. */
export class WindowSide {
  /** The pairs of each output cell, of each input cell, of each place in the window. */
  readonly byOutput: readonly (readonly Pair[])[];
  readonly byInput: readonly (readonly Pair[])[];
  readonly byTap: readonly (readonly Pair[])[];

  /** `size` is that of the input; 'same' pads as TensorFlow does, with the odd cell after the input. */
  constructor(
    readonly size: number,
    kernel: number,
    stride: number,
    padding: Padding,
  ) {
    const outputs = slide(size, kernel, stride, padding);
    const missing = padding === 'same' ? (outputs - 1) * stride + kernel - size : 0;
    const before = Math.floor(Math.max(0, missing) / 2);
    const pairs = range(outputs).flatMap((output) =>
      range(kernel)
        .map((tap) => ({ output, input: output * stride + tap - before, tap }))
        .filter(({ input }) => input >= 0 && input < size),
    );
    this.byOutput = grouped(pairs, 'output', outputs);
    this.byInput = grouped(pairs, 'input', size);
    this.byTap = grouped(pairs, 'tap', kernel);
  }
}

function grouped(pairs: readonly Pair[], key: keyof Pair, count: number): Pair[][] {
  const groups: Pair[][] = range(count).map(() => []);
  pairs.forEach((pair) => groups[pair[key]].push(pair));
  return groups;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** The size of the largest group. */
export function longest(groups: readonly (readonly Pair[])[]): number {
  return Math.max(...groups.map(({ length }) => length));
}

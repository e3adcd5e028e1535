import type { Expectation, LayerValues } from './expectation';
import type { LayerShape } from './layerShapes';
import { coordinates } from './points';
import { longest, WindowSide } from './windowSide';

type Cell = readonly [row: number, column: number];

/**
 * A pooling and the gradient of its input, element by element in float64.
 *
 * The padding does not count: an average divides by the cells inside the grid. A maximum hands its gradient to the
 * first cell that has it.
 */
export class PoolReference {
  private readonly rows: WindowSide;
  private readonly columns: WindowSide;

  constructor(
    private readonly shape: LayerShape,
    private readonly values: LayerValues,
  ) {
    const { input, kernel, stride, padding } = shape;
    this.rows = new WindowSide(input[0], kernel[0], stride, padding);
    this.columns = new WindowSide(input[1], kernel[1], stride, padding);
  }

  /** Of the output and of the gradient of the input. */
  expectations(): Expectation[] {
    const { input, output } = this.shape;
    const { batch } = this.values;
    const pairs = (group: 'byOutput' | 'byInput') =>
      longest(this.rows[group]) * longest(this.columns[group]);
    return [
      {
        ...{ quantity: 'forward', shape: [batch, ...output], terms: pairs('byOutput') },
        at: (index) => this.forward(index),
      },
      {
        ...{ quantity: 'input gradient', shape: [batch, ...input], terms: pairs('byInput') },
        at: (index) => this.inputGradient(index),
      },
    ];
  }

  private forward(index: number): number {
    const [image, row, column, channel] = coordinates(index, [
      this.values.batch,
      ...this.shape.output,
    ]);
    const window = this.window([row, column]);
    const values = window.map((cell) => this.values.x[this.inputIndex(image, cell, channel)]);
    return this.shape.kind === 'maxPool'
      ? Math.max(...values)
      : values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  private inputGradient(index: number): number {
    const { input, output } = this.shape;
    const { batch, dy } = this.values;
    const [image, row, column, channel] = coordinates(index, [batch, ...input]);
    let sum = 0;
    for (const down of this.rows.byInput[row]) {
      for (const across of this.columns.byInput[column]) {
        const [height, width, depth] = output;
        const cell: Cell = [down.output, across.output];
        const from = ((image * height + cell[0]) * width + cell[1]) * depth + channel;
        sum += dy[from] * this.share(index, image, cell, channel);
      }
    }
    return sum;
  }

  /** Which share of a window's gradient an element of the input gets. */
  private share(index: number, image: number, output: Cell, channel: number): number {
    const window = this.window(output);
    if (this.shape.kind === 'averagePool') {
      return 1 / window.length;
    }
    const { x } = this.values;
    const indices = window.map((cell) => this.inputIndex(image, cell, channel));
    const first = indices.reduce((best, other) => (x[other] > x[best] ? other : best));
    return first === index ? 1 : 0;
  }

  /** The cells of the input under the window of an output cell, row by row. */
  private window([row, column]: Cell): Cell[] {
    return this.rows.byOutput[row].flatMap((down) =>
      this.columns.byOutput[column].map((across): Cell => [down.input, across.input]),
    );
  }

  private inputIndex(image: number, [row, column]: Cell, channel: number): number {
    const [height, width, depth] = this.shape.input;
    return ((image * height + row) * width + column) * depth + channel;
  }
}

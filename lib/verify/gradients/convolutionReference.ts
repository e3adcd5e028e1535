import type { Expectation, LayerValues } from './expectation';
import type { LayerShape } from './layerShapes';
import { coordinates } from './points';
import { longest, type Pair, WindowSide } from './windowSide';

/** A convolution with bias and its gradients, element by element in float64, straight from the definition. */
export class ConvolutionReference {
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

  /** Of the output, and of the gradients of input, filter and bias. */
  expectations(): Expectation[] {
    const { kernel, input, output } = this.shape;
    const { batch } = this.values;
    const [inDepth, outDepth] = [input[2], output[2]];
    const pairs = (group: 'byOutput' | 'byInput' | 'byTap') =>
      longest(this.rows[group]) * longest(this.columns[group]);
    return [
      {
        ...{ quantity: 'forward', shape: [batch, ...output], terms: pairs('byOutput') * inDepth },
        at: (index) => this.forward(index),
      },
      {
        ...{ quantity: 'input gradient', shape: [batch, ...input] },
        terms: pairs('byInput') * outDepth,
        at: (index) => this.inputGradient(index),
      },
      {
        ...{ quantity: 'filter gradient', shape: [...kernel, inDepth, outDepth] },
        terms: pairs('byTap') * batch,
        at: (index) => this.filterGradient(index),
      },
      {
        ...{ quantity: 'bias gradient', shape: [outDepth], terms: batch * output[0] * output[1] },
        at: (filter) => this.biasGradient(filter),
      },
    ];
  }

  private forward(index: number): number {
    const { output, input } = this.shape;
    const { batch, x, filter: weights, bias } = this.values;
    const [image, row, column, filter] = coordinates(index, [batch, ...output]);
    let sum = bias[filter];
    for (const down of this.rows.byOutput[row]) {
      for (const across of this.columns.byOutput[column]) {
        const from = this.inputIndex(image, down, across);
        const weight = this.weightIndex(down, across, 0) + filter;
        for (let channel = 0; channel < input[2]; channel++) {
          sum += x[from + channel] * weights[weight + channel * output[2]];
        }
      }
    }
    return sum;
  }

  private inputGradient(index: number): number {
    const { output, input } = this.shape;
    const { batch, dy, filter: weights } = this.values;
    const [image, row, column, channel] = coordinates(index, [batch, ...input]);
    let sum = 0;
    for (const down of this.rows.byInput[row]) {
      for (const across of this.columns.byInput[column]) {
        const from = this.outputIndex(image, down, across);
        const weight = this.weightIndex(down, across, channel);
        for (let filter = 0; filter < output[2]; filter++) {
          sum += dy[from + filter] * weights[weight + filter];
        }
      }
    }
    return sum;
  }

  private filterGradient(index: number): number {
    const { kernel, input, output } = this.shape;
    const { batch, x, dy } = this.values;
    const place = coordinates(index, [...kernel, input[2], output[2]]);
    const [vertical, horizontal, channel, filter] = place;
    let sum = 0;
    for (let image = 0; image < batch; image++) {
      for (const down of this.rows.byTap[vertical]) {
        for (const across of this.columns.byTap[horizontal]) {
          sum +=
            x[this.inputIndex(image, down, across) + channel] *
            dy[this.outputIndex(image, down, across) + filter];
        }
      }
    }
    return sum;
  }

  private biasGradient(filter: number): number {
    const { dy } = this.values;
    let sum = 0;
    for (let index = filter; index < dy.length; index += this.shape.output[2]) {
      sum += dy[index];
    }
    return sum;
  }

  /** Where the depth of a cell begins. */
  private inputIndex(image: number, down: Pair, across: Pair): number {
    const [height, width, depth] = this.shape.input;
    return ((image * height + down.input) * width + across.input) * depth;
  }

  private outputIndex(image: number, down: Pair, across: Pair): number {
    const [height, width, depth] = this.shape.output;
    return ((image * height + down.output) * width + across.output) * depth;
  }

  private weightIndex(down: Pair, across: Pair, channel: number): number {
    const { kernel, input, output } = this.shape;
    return ((down.tap * kernel[1] + across.tap) * input[2] + channel) * output[2];
  }
}

import { LabError } from '../errors';
import { BlockNames } from './blockNames';
import type { Kernel, Node, Operation, Padding, Shape, Stage, Window } from './node';
import { slide } from './node';

/** A box's mark in the figures: "V" (valid padding) and "stride 2"; only the auxiliary head has a stride of 3. */
export type Mark = 'V' | 'V/2' | 'V/3';

const STRIDES: Readonly<Record<Mark, number>> = { V: 1, 'V/2': 2, 'V/3': 3 };

/** One box of a figure: "1x7 Conv (160)" is `[160, [1, 7]]`, "3x3 Conv (384 stride 2 V)" is `[384, 3, 'V/2']`. */
export type Box = readonly [filters: number, kernel: number | Kernel, mark?: Mark];

/** What the figures leave out and a network's variant decides. */
export interface NetOptions {
  /** Height and width of the input images in pixels; 299 in the paper. */
  readonly inputSize: number;
  /** Multiplies every printed filter count (rounded to a multiple of 4); 1 in the paper. */
  readonly width: number;
  /** Padding of the boxes marked "V": 'valid' in the paper, 'same' on small images, whose grids would vanish. */
  readonly paddingOfV: Padding;
  /** Stride of the very first convolution: 2 in the paper, 1 on small images. */
  readonly stemStride: 1 | 2;
}

/** How a residual block ends. */
export interface ResidualOptions {
  readonly stage: Stage;
  /** Residual scaling (section 3.3, Fig. 20). */
  readonly scale: number;
  /** After the sum: ReLU as in every figure (default), or nothing, as in the last block of the released networks. */
  readonly activation?: 'relu' | 'linear';
  /** Whether batch normalisation stands between the sum and its activation (section 3.3); no, as in every figure. */
  readonly batchNorm?: boolean;
}

/** The vocabulary of the paper's figures: boxes, arrows and the blocks that they form. */
export class Net {
  readonly nodes: Node[] = [];
  private names: BlockNames | undefined;

  constructor(readonly options: NetOptions) {}

  /** The images, [inputSize, inputSize, 3]; another depth for a block that is built alone. */
  input(depth = 3): Node {
    const { inputSize: size } = this.options;
    return this.named('input', () =>
      this.add({ kind: 'input' }, [], [size, size, depth], 'images'),
    );
  }

  /** Draws one block of a figure on top of `x`; its boxes are named after it. */
  block(name: string, x: Node, figure: (net: Net, x: Node) => Node): Node {
    return this.named(name, () => figure(this, x));
  }

  /** Draws the same block `count` times, one on top of the other: `inceptionResNetB_01`, `_02`, ... */
  repeat(
    count: number,
    name: string,
    x: Node,
    figure: (net: Net, x: Node, index: number) => Node,
  ): Node {
    for (let index = 0; index < count; index++) {
      const number = String(index + 1).padStart(2, '0');
      x = this.block(`${name}_${number}`, x, (net, input) => figure(net, input, index));
    }
    return x;
  }

  /** A column of convolutions from the input up, each with batch normalisation and ReLU. */
  conv(x: Node, ...boxes: readonly Box[]): Node {
    return boxes.reduce((input, [filters, kernel, mark]) => {
      return this.convolution(input, filters, this.window(kernel, mark));
    }, x);
  }

  /** A convolution over the whole grid, which leaves [1, 1, filters]. */
  convOverGrid(x: Node, filters: number): Node {
    const [height, width] = x.shape;
    return this.convolution(x, filters, { kernel: [height, width], stride: 1, padding: 'valid' });
  }

  /** Maximum over a window. */
  maxPool(x: Node, kernel: number, mark: Mark): Node {
    return this.pool('maxPool', x, this.window(kernel, mark));
  }

  /** Average over a window, 3x3 with stride 1 in the figures; the padding does not count (as TensorFlow has it). */
  averagePool(x: Node, kernel = 3, mark?: Mark): Node {
    return this.pool('averagePool', x, this.window(kernel, mark));
  }

  /** "Average Pooling" at the top of the networks: the mean over the whole grid. */
  globalAveragePool(x: Node): Node {
    const [height, width] = x.shape;
    return this.pool('averagePool', x, { kernel: [height, width], stride: 1, padding: 'valid' });
  }

  /** "Filter concat": the branches side by side in depth. */
  concat(...branches: readonly Node[]): Node {
    const [height, width] = branches[0].shape;
    const odd = branches.find(({ shape }) => shape[0] !== height || shape[1] !== width);
    if (odd) {
      throw new LabError(
        `Cannot concatenate grids ${height}x${width} and ${odd.shape[0]}x${odd.shape[1]}.`,
      );
    }
    const depth = branches.reduce((sum, { shape }) => sum + shape[2], 0);
    return this.add({ kind: 'concat' }, branches, [height, width, depth], 'concat');
  }

  /** Fig. 20: relu(x + scale * linear1x1(concat(branches))); the 1x1 takes its depth from x. */
  residual(
    x: Node,
    branches: readonly Node[],
    { stage, scale, activation = 'relu', batchNorm = false }: ResidualOptions,
  ): Node {
    const inception = branches.length > 1 ? this.concat(...branches) : branches[0];
    const window = { kernel: [1, 1], stride: 1, padding: 'same' } as const;
    const linear = {
      kind: 'convolution',
      filters: x.shape[2],
      activation: 'linear',
      ...window,
    } as const;
    const residual = this.add(linear, [inception], x.shape, 'linear');
    const sum = { kind: 'residualSum', stage, scale, activation } as const;
    const operation = batchNorm ? { ...sum, batchNorm } : sum;
    return this.add(operation, [x, residual], x.shape, 'sum');
  }

  /** Dropout in training; `keep` is 0.8 in the figures. */
  dropout(x: Node, keep: number): Node {
    return this.add({ kind: 'dropout', keep }, [x], x.shape, 'dropout');
  }

  /** The logits: one value per class, before the softmax. */
  classifier(x: Node, classes: number): Node {
    return this.add({ kind: 'classifier', classes }, [x], [1, 1, classes], 'logits');
  }

  private named(block: string, draw: () => Node): Node {
    this.names = new BlockNames(block);
    const output = draw();
    this.nodes.push(...this.names.close());
    this.names = undefined;
    return output;
  }

  private convolution(x: Node, filters: number, window: Window): Node {
    const depth = this.scaled(filters);
    const operation = {
      kind: 'convolution',
      filters: depth,
      activation: 'relu',
      ...window,
    } as const;
    return this.add(operation, [x], slideOver(x, window, depth), 'conv');
  }

  private pool(kind: 'maxPool' | 'averagePool', x: Node, window: Window): Node {
    return this.add({ kind, ...window }, [x], slideOver(x, window, x.shape[2]), kind);
  }

  private window(kernel: number | Kernel, mark?: Mark): Window {
    return {
      kernel: typeof kernel === 'number' ? [kernel, kernel] : kernel,
      stride: mark === undefined ? 1 : STRIDES[mark],
      padding: mark === undefined ? 'same' : this.options.paddingOfV,
    };
  }

  private scaled(filters: number): number {
    return Math.max(4, 4 * Math.round((filters * this.options.width) / 4));
  }

  private add(operation: Operation, inputs: readonly Node[], shape: Shape, label: string): Node {
    if (!this.names) {
      throw new LabError(`internal: the box "${label}" is drawn outside a block.`);
    }
    return this.names.add(operation, inputs, shape, label);
  }
}

function slideOver(
  { name, shape }: Node,
  { kernel, stride, padding }: Window,
  depth: number,
): Shape {
  const height = slide(shape[0], kernel[0], stride, padding);
  const width = slide(shape[1], kernel[1], stride, padding);
  if (height < 1 || width < 1) {
    throw new LabError(
      `A ${kernel.join('x')} window does not fit on the ${shape[0]}x${shape[1]} grid after "${name}": ` +
        'use a larger network.inputSize, or the small form.',
    );
  }
  return [height, width, depth];
}

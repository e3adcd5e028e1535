import { BATCH_NORM_EPSILON } from '../../models/node';
import type { Expectation, LayerValues } from './expectation';
import type { LayerShape } from './layerShapes';

/** Sums over the batch and the grid that the elements of one channel share. */
interface Channel {
  readonly mean: number;
  /** 1 / sqrt(variance + epsilon), with the population variance. */
  readonly scale: number;
  /** Means of dy and of dy times the normalised input. */
  readonly meanGradient: number;
  readonly meanProduct: number;
}

/** Batch normalisation in training, beta only, and its gradients, in float64 from the textbook's formulas. */
export class BatchNormReference {
  private readonly channels = new Map<number, Channel>();

  constructor(
    private readonly shape: LayerShape,
    private readonly values: LayerValues,
  ) {}

  /** Of the output and of the gradients of input and beta. */
  expectations(): Expectation[] {
    const { batch, x, dy, bias } = this.values;
    const { output } = this.shape;
    const depth = output[2];
    const terms = this.count;
    const shape = [batch, ...output];
    const of = (index: number) => ({ index, ...this.channel(index % depth) });
    const forward = ({ index, mean, scale }: { index: number } & Channel) =>
      (x[index] - mean) * scale;
    return [
      {
        ...{ quantity: 'forward', shape, terms },
        at: (index) => forward(of(index)) + bias[index % depth],
      },
      {
        ...{ quantity: 'input gradient', shape, terms },
        at: (index) => {
          const { scale, meanGradient, meanProduct } = of(index);
          return scale * (dy[index] - meanGradient - forward(of(index)) * meanProduct);
        },
      },
      {
        ...{ quantity: 'bias gradient', shape: [depth], terms },
        at: (channel) => this.channel(channel).meanGradient * this.count,
      },
    ];
  }

  private get count(): number {
    return this.values.x.length / this.shape.output[2];
  }

  private channel(channel: number): Channel {
    const known = this.channels.get(channel) ?? this.sums(channel);
    this.channels.set(channel, known);
    return known;
  }

  private sums(channel: number): Channel {
    const { x, dy } = this.values;
    const average = (at: (index: number) => number) => {
      let sum = 0;
      for (let index = channel; index < x.length; index += this.shape.output[2]) {
        sum += at(index);
      }
      return sum / this.count;
    };
    const mean = average((index) => x[index]);
    const variance = average((index) => (x[index] - mean) ** 2);
    const scale = 1 / Math.sqrt(variance + BATCH_NORM_EPSILON);
    const meanGradient = average((index) => dy[index]);
    const meanProduct = average((index) => dy[index] * (x[index] - mean) * scale);
    return { mean, scale, meanGradient, meanProduct };
  }
}

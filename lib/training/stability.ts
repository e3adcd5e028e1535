import * as tf from '@tensorflow/tfjs';

import type { NodeValues } from '../models/forward';
import { lastLayer } from '../models/lastLayer';
import type { Network, Node } from '../models/node';
import { nodeParameters } from '../models/parameters';
import type { LayerStability } from '../results/record';
import { globalNorm } from './clipping';

/** A layer whose stability is watched (section 3.3). */
interface WatchedLayer {
  /** The block of a residual sum; the last layer's own name, for it may be the sum of the last block. */
  readonly name: string;
  readonly node: Node;
  /** Names of the trainable tensors of its block. */
  readonly parameters: readonly string[];
  readonly isBlock: boolean;
}

/** The numbers of a layer, in the order in which a probe's tensor has them. */
const STATISTICS = 6;

/**
 * The layers that a probe watches: every residual block in the network's order, then the last layer before the average
 * pooling.
 */
export function watchedLayers(network: Network): readonly WatchedLayer[] {
  const blocks = network.nodes.filter(({ operation }) => operation.kind === 'residualSum');
  const last = lastLayer(network);
  return [
    ...blocks.map((node) => watched(network, node, node.block)),
    { ...watched(network, last, last.name), isBlock: false },
  ];
}

function watched(network: Network, node: Node, name: string): WatchedLayer {
  const parameters = network.nodes
    .filter(({ block }) => block === node.block)
    .flatMap(nodeParameters)
    .filter(({ trainable }) => trainable)
    .map((parameter) => parameter.name);
  return { name, node, parameters, isBlock: true };
}

/** What a forward pass shows of the watched layers; it is kept until `dispose`. */
export class Observation {
  private readonly layers: readonly WatchedLayer[];
  private readonly last: Node;
  private readonly wanted: ReadonlySet<Node>;
  private readonly seen = new Map<Node, NodeValues>();

  /** Without `probe` only the last layer is kept. */
  constructor(network: Network, probe: boolean) {
    this.layers = probe ? watchedLayers(network) : [];
    this.last = lastLayer(network);
    this.wanted = new Set([this.last, ...this.layers.map(({ node }) => node)]);
  }

  /** Is told of every node (`onNode` of a forward pass). */
  see({ node, operands, result }: NodeValues): void {
    if (this.wanted.has(node)) {
      const keep = (tensor: tf.Tensor4D) => tf.keep(tensor.clone());
      const residual = node.operation.kind === 'residualSum' ? operands : [];
      this.seen.set(node, { node, operands: residual.map(keep), result: keep(result) });
    }
  }

  /** The largest absolute activation of the last layer before the average pooling: 0 when it is all zeros. */
  largest(): tf.Scalar {
    return tf.tidy(() => tf.max(tf.abs(this.of(this.last).result)));
  }

  /** One row of numbers for each watched layer, [layers, 6]: see `layerStability`. Needs `probe`. */
  stability(gradientOf: (parameter: string) => tf.Tensor): tf.Tensor2D {
    return tf.tidy(() => {
      const numbers = this.layers.flatMap((layer) => {
        const { operands, result } = this.of(layer.node);
        const gradients = layer.parameters.map(gradientOf);
        const residualToTrunk = layer.isBlock ? ratio(operands) : tf.scalar(0);
        return [...activationNumbers(result), residualToTrunk, globalNorm(gradients)];
      });
      return tf.stack(numbers).reshape([this.layers.length, STATISTICS]);
    });
  }

  /** Frees what was kept. */
  dispose(): void {
    tf.dispose([...this.seen.values()].flatMap(({ operands, result }) => [...operands, result]));
    this.seen.clear();
  }

  private of(node: Node): NodeValues {
    return this.seen.get(node) as NodeValues;
  }
}

/** The numbers of a probe's tensor [layers, 6], row-major, as lines of a record: 6 digits, null for what is not finite. */
export function layerStability(network: Network, values: ArrayLike<number>): LayerStability[] {
  return watchedLayers(network).map(({ name, isBlock }, row) => {
    const of = (column: number) => values[row * STATISTICS + column];
    return {
      name,
      deadChannels: round(of(0)),
      zeros: round(of(1)),
      max: sixDigits(of(2)),
      deviation: sixDigits(of(3)),
      ...(isBlock ? { residualToTrunk: sixDigits(of(4)) } : {}),
      gradientNorm: sixDigits(of(5)),
    };
  });
}

/** Share of channels that are zero everywhere, share of zeros, largest absolute value, standard deviation. */
function activationNumbers(activations: tf.Tensor4D): tf.Scalar[] {
  const depth = activations.shape[3];
  const rows = activations.reshape<tf.Tensor2D>([activations.size / depth, depth]);
  const peaks = tf.max<tf.Tensor1D>(tf.abs(rows), 0);
  // By channel first: a count of more than 2^24 would not be exact in float32.
  const zeros = tf.mean(shareOfZeros(rows, 0));
  const deviation = tf.sqrt(tf.mean(tf.square(tf.sub(rows, tf.mean(rows)))));
  return [shareOfZeros(peaks, 0), zeros, tf.max(peaks), deviation] as tf.Scalar[];
}

function shareOfZeros(values: tf.Tensor, axis: number): tf.Tensor {
  return tf.mean(tf.cast(tf.equal(values, 0), 'float32'), axis);
}

/** The L2 norm of the scaled residual over that of the trunk. */
function ratio([trunk, residual]: readonly tf.Tensor4D[]): tf.Scalar {
  return tf.div(globalNorm([residual]), globalNorm([trunk]));
}

/** A number as a probe's line has it: 6 digits, null for what is not finite. */
export function sixDigits(value: number): number | null {
  return Number.isFinite(value) ? round(value) : null;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

import * as tf from '@tensorflow/tfjs';

import { BATCH_NORM_TRAINING, STATELESS_UNIFORM } from '../backend/kernelNames';
import { LabError } from '../errors';
import { BATCH_NORM_EPSILON, type Network, type Node, type Operation, type Window } from './node';
import type { ParameterValues } from './parameterValues';
import { type ResidualScale, ResidualScales } from './residualScales';

/** Batch statistics of one batch-normalised layer, [depth] each; the variance is Bessel-corrected. */
export interface BatchStatistics {
  readonly layer: string;
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/** What a node takes in and gives, as a network runs; [batch, height, width, depth] each, lent for the call only. */
export interface NodeValues {
  readonly node: Node;
  /** Of a residual sum: the trunk, and the residual as it is added, scaled. */
  readonly operands: readonly tf.Tensor4D[];
  readonly result: tf.Tensor4D;
}

/** How to run a network once. */
export interface ForwardOptions {
  /** Training uses batch statistics and dropout, inference the moving statistics. */
  readonly training: boolean;
  /** Seed of the dropout mask, in training; 0 unless given. A tensor [2] int32 where it changes in a compiled step. */
  readonly dropoutSeed?: number | tf.Tensor1D;
  /** Residual scaling by stage, in the place of the network's own; scalars, so that a compiled step can change it. */
  readonly scale?: ResidualScale;
  /** Is told the batch statistics of every layer, in training. */
  readonly onStatistics?: (statistics: BatchStatistics) => void;
  /**
   * Is told what every node takes in and gives. The linear 1x1 before a residual sum may give a residual that is scaled
   * already: see `ResidualScales`.
   */
  readonly onNode?: (values: NodeValues) => void;
}

type Operands = readonly tf.Tensor4D[];

/**
 * Runs a network on images [batch, height, width, 3] in [-1, 1] and returns its output, the logits [batch, classes].
 *
 * In inference every intermediate result is freed after its last use, so that memory stays that of a few layers.
 * Throws a LabError when `values` lacks a tensor of the network.
 */
export function forward(
  network: Network,
  values: ParameterValues,
  images: tf.Tensor4D,
  options: ForwardOptions,
): tf.Tensor2D {
  return tf.tidy(() => {
    const [output] = activations(network, [network.output], values, images, options);
    return output.reshape([images.shape[0], output.shape[3]]);
  });
}

/**
 * What some nodes of a network put out on an input [batch, height, width, depth], each [batch, ...node.shape].
 *
 * Only what these nodes need is computed, so an auxiliary head costs nothing unless its output is asked for.
 * Throws a LabError when `values` lacks a tensor of a node.
 */
export function activations(
  network: Network,
  outputs: readonly Node[],
  values: ParameterValues,
  input: tf.Tensor4D,
  options: ForwardOptions,
): tf.Tensor4D[] {
  return tf.tidy(() => {
    const nodes = neededFor(network, outputs);
    const results = new Map<Node, tf.Tensor4D>();
    const uses = options.training ? undefined : countUses(nodes, outputs);
    const scales = new ResidualScales(nodes, outputs, options.scale);
    for (const node of nodes) {
      const operands = node.inputs.map((below) => results.get(below) as tf.Tensor4D);
      results.set(
        node,
        tf.tidy(() => new NodeRun(node, values, options, scales).compute(operands, input)),
      );
      uses?.release(node, results);
    }
    return outputs.map((node) => results.get(node) as tf.Tensor4D);
  });
}

/** The nodes that the outputs depend on, in the network's order. */
function neededFor(network: Network, outputs: readonly Node[]): readonly Node[] {
  const needed = new Set<Node>();
  const visit = (node: Node): void => {
    if (!needed.has(node)) {
      needed.add(node);
      node.inputs.forEach(visit);
    }
  };
  outputs.forEach(visit);
  return network.nodes.filter((node) => needed.has(node));
}

/** Computes one node. */
class NodeRun {
  constructor(
    private readonly node: Node,
    private readonly values: ParameterValues,
    private readonly options: ForwardOptions,
    private readonly scales: ResidualScales,
  ) {}

  compute(given: Operands, images: tf.Tensor4D): tf.Tensor4D {
    const operands = this.scaled(given);
    const result = this.result(operands, images);
    this.options.onNode?.({ node: this.node, operands, result });
    return result;
  }

  /** Fig. 20: activation scaling, where the weights before a residual sum have not done it. */
  private scaled(operands: Operands): Operands {
    const scale = this.scales.ofSum(this.node);
    return scale === undefined ? operands : [operands[0], tf.mul(operands[1], scale)];
  }

  private result(operands: Operands, images: tf.Tensor4D): tf.Tensor4D {
    const { operation } = this.node;
    switch (operation.kind) {
      case 'input':
        return images.clone();
      case 'convolution':
        return this.convolution(operation, operands[0]);
      case 'maxPool':
        return tf.maxPool(operands[0], pair(operation.kernel), operation.stride, operation.padding);
      case 'averagePool':
        return tf.avgPool(operands[0], pair(operation.kernel), operation.stride, operation.padding);
      case 'concat':
        return tf.concat([...operands], 3);
      case 'residualSum':
        return this.residualSum(operation, operands);
      case 'dropout':
        return this.dropout(operation.keep, operands[0]);
      case 'classifier':
        return this.classifier(operands[0]);
    }
  }

  private convolution(
    operation: Window & { readonly activation: 'relu' | 'linear' },
    x: tf.Tensor4D,
  ): tf.Tensor4D {
    const kernel = this.value('kernel') as tf.Tensor4D;
    if (operation.activation === 'linear') {
      const scale = this.scales.ofLinear(this.node);
      const scaled = <T extends tf.Tensor>(weights: T) =>
        scale === undefined ? weights : tf.mul<T>(weights, scale);
      const sums = tf.conv2d(x, scaled(kernel), operation.stride, operation.padding);
      return tf.add(sums, scaled(this.value('bias')));
    }
    const sums = tf.conv2d(x, kernel, operation.stride, operation.padding);
    return tf.relu(this.batchNorm(sums));
  }

  /** Fig. 20: sum and ReLU. */
  private residualSum(
    { activation, batchNorm }: Extract<Operation, { kind: 'residualSum' }>,
    [trunk, residual]: Operands,
  ): tf.Tensor4D {
    const sum = tf.add<tf.Tensor4D>(trunk, residual);
    const normalised = batchNorm ? this.batchNorm(sum) : sum;
    return activation === 'relu' ? tf.relu(normalised) : normalised;
  }

  private batchNorm(x: tf.Tensor4D): tf.Tensor4D {
    const beta = this.value('beta') as tf.Tensor1D;
    if (this.options.training) {
      const attributes = { epsilon: BATCH_NORM_EPSILON };
      const [y, mean, variance] = tf
        .engine()
        .runKernel<tf.Tensor[]>(BATCH_NORM_TRAINING, { x, beta }, attributes);
      this.options.onStatistics?.({
        layer: this.node.name,
        mean: mean as tf.Tensor1D,
        variance: variance as tf.Tensor1D,
      });
      return y as tf.Tensor4D;
    }
    const mean = this.value('movingMean') as tf.Tensor1D;
    const variance = this.value('movingVariance') as tf.Tensor1D;
    return tf.batchNorm(x, mean, variance, beta, undefined, BATCH_NORM_EPSILON);
  }

  private dropout(keep: number, x: tf.Tensor4D): tf.Tensor4D {
    if (!this.options.training) {
      return x.clone();
    }
    const { dropoutSeed = 0 } = this.options;
    const seed =
      typeof dropoutSeed === 'number' ? tf.tensor1d([dropoutSeed, 0], 'int32') : dropoutSeed;
    const uniform = tf
      .engine()
      .runKernel<tf.Tensor>(STATELESS_UNIFORM, { seed }, { shape: x.shape });
    return tf.mul(x, tf.div(tf.floor(tf.add(uniform, keep)), keep));
  }

  private classifier(x: tf.Tensor4D): tf.Tensor4D {
    const [batch, , , depth] = x.shape;
    const kernel = this.value('kernel') as tf.Tensor2D;
    const sums = tf.matMul(x.reshape<tf.Tensor2D>([batch, depth]), kernel);
    const logits = tf.add(sums, this.value('bias'));
    return logits.reshape([batch, 1, 1, kernel.shape[1]]);
  }

  private value(role: string): tf.Tensor {
    const name = `${this.node.name}/${role}`;
    const value = this.values.get(name);
    if (!value) {
      throw new LabError(
        `The weights hold no tensor "${name}": they belong to another network or variant.`,
      );
    }
    return value;
  }
}

function pair([height, width]: readonly [number, number]): [number, number] {
  return [height, width];
}

/** Frees the operands of nodes whose last consumer has run; outputs are kept. */
function countUses(nodes: readonly Node[], outputs: readonly Node[]) {
  const remaining = new Map<Node, number>();
  for (const used of [...outputs, ...nodes.flatMap((node) => node.inputs)]) {
    remaining.set(used, (remaining.get(used) ?? 0) + 1);
  }
  return {
    release(node: Node, results: Map<Node, tf.Tensor4D>): void {
      for (const input of node.inputs) {
        const left = (remaining.get(input) as number) - 1;
        remaining.set(input, left);
        if (left === 0) {
          results.get(input)?.dispose();
          results.delete(input);
        }
      }
    },
  };
}

import * as tf from '@tensorflow/tfjs';

import type { Batch } from '../data/batches';
import { LabError } from '../errors';
import { BATCH_NORM_EPSILON, type Network, type Node } from '../models/node';
import type { OwnTask } from './ownTask';
import type { StepRunner } from './stepRunner';
import { trainingConfig } from './work';

/**
 * A network as whoever does without this kit writes it: tf.layers, tf.train.rmsprop, no averages of the parameters.
 *
 * Its batch normalisation has a gamma: without it the gradient of TensorFlow.js 4.22 throws.
 */
export class LayersRunner implements StepRunner {
  private readonly model: tf.LayersModel;
  private readonly classes: number;

  constructor(network: Network, { work }: OwnTask) {
    const { optimizer, labelSmoothing, batchNormDecay } = trainingConfig(work.network);
    const { learningRate, decay, momentum, epsilon } = optimizer;
    this.model = layersModel(network, batchNormDecay);
    this.classes = network.output.shape[2];
    this.model.compile({
      optimizer: tf.train.rmsprop(learningRate, decay, momentum, epsilon),
      loss: (labels, logits) =>
        tf.losses.softmaxCrossEntropy(labels, logits, undefined, labelSmoothing),
    });
  }

  /** One training step; its loss. */
  async step({ pixels, labels, count }: Batch): Promise<number> {
    const [, height, width, depth] = this.model.inputs[0].shape as number[];
    const images = tf.tensor4d(pixels, [count, height, width, depth]);
    const targets = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), this.classes));
    const loss = await this.model.trainOnBatch(images, targets);
    tf.dispose([images, targets]);
    return loss as number;
  }
}

function layersModel(network: Network, batchNormDecay: number): tf.LayersModel {
  const results = new Map<Node, tf.SymbolicTensor>();
  for (const node of network.nodes) {
    const operands = node.inputs.map((input) => results.get(input) as tf.SymbolicTensor);
    results.set(node, apply(node, operands, batchNormDecay));
  }
  const [inputs, outputs] = [network.nodes[0], network.output].map(
    (node) => results.get(node) as tf.SymbolicTensor,
  );
  return tf.model({ inputs, outputs });
}

function apply(
  { name, operation, inputs, shape }: Node,
  operands: readonly tf.SymbolicTensor[],
  momentum: number,
): tf.SymbolicTensor {
  const on = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[] = operands[0]) =>
    layer.apply(x) as tf.SymbolicTensor;
  switch (operation.kind) {
    case 'input':
      return tf.input({ shape: [...shape] });
    case 'convolution': {
      const { filters, kernel, stride: strides, padding, activation } = operation;
      const window = { filters, kernelSize: [...kernel], strides, padding };
      const start = { kernelInitializer: 'heNormal', useBias: activation === 'linear' } as const;
      const sums = on(tf.layers.conv2d({ ...window, ...start }));
      if (activation === 'linear') {
        return sums;
      }
      const norm = tf.layers.batchNormalization({ momentum, epsilon: BATCH_NORM_EPSILON });
      return on(tf.layers.reLU(), on(norm, sums));
    }
    case 'concat':
      return on(tf.layers.concatenate(), [...operands]);
    case 'residualSum': {
      const residual = on(new Scaling(operation.scale), operands[1]);
      const sum = on(tf.layers.add(), [operands[0], residual]);
      return operation.activation === 'relu' ? on(tf.layers.reLU(), sum) : sum;
    }
    case 'averagePool':
      if (operation.kernel[0] === inputs[0].shape[0] && operation.kernel[1] === inputs[0].shape[1])
        return on(tf.layers.globalAveragePooling2d({}));
      break;
    case 'classifier':
      return on(tf.layers.dense({ units: operation.classes }));
  }
  throw new LabError(`tf.layers is compared on the block stack alone: it has no "${name}".`);
}

/** Activation scaling, which tf.layers has no layer for. */
class Scaling extends tf.layers.Layer {
  static readonly className = 'Scaling';

  constructor(private readonly scale: number) {
    super();
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => tf.mul(Array.isArray(inputs) ? inputs[0] : inputs, this.scale));
  }
}

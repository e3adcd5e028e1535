import * as tf from '@tensorflow/tfjs';

import { LabError } from '../errors';
import { BATCH_NORM_EPSILON, type Network, type Node, type Operation } from './node';
import { nodeParameters } from './parameters';
import type { ParameterValues } from './parameterValues';
import { ResidualSum } from './residualSumLayer';

/**
 * A network with weights as a model of tf.layers: images [batch, height, width, 3] in [-1, 1] to logits [batch, classes].
 *
 * `predict` gives what `forward` gives in inference, up to rounding. The layers bear our paths: the convolution of
 * `stem/conv1` that name, its batch normalisation and activation `stem/conv1/batchNorm` and `stem/conv1/relu`. An auxiliary
 * head is left out. The model holds copies of `values` until `dispose()`; it can be saved, and loaded by
 * `tf.loadLayersModel`. Train networks with this kit instead: TensorFlow.js 4.22 has no gradient of a batch
 * normalisation without gamma. Throws a LabError when `values` lacks a tensor of the network.
 */
export function layersModel(network: Network, values: ParameterValues): tf.LayersModel {
  const nodes = nodesBelow(network);
  nodes.forEach((node) => weightsOf(node, values));
  const results = new Map<Node, tf.SymbolicTensor>();
  for (const node of nodes) {
    const operands = node.inputs.map((input) => results.get(input) as tf.SymbolicTensor);
    results.set(node, apply(node, operands));
  }
  const output = results.get(network.output) as tf.SymbolicTensor;
  const model = tf.model({
    name: network.name,
    inputs: results.get(nodes[0]) as tf.SymbolicTensor,
    outputs: network.output.operation.kind === 'classifier' ? output : flat(network.output, output),
  });
  nodes.forEach((node) => setWeights(model, node, values));
  return withRoomForPaths(model);
}

/** The network's nodes but for those of the auxiliary head. */
function nodesBelow({ nodes, auxiliaryOutput }: Network): readonly Node[] {
  return nodes.filter(({ block }) => block !== auxiliaryOutput?.block);
}

function apply(node: Node, operands: readonly tf.SymbolicTensor[]): tf.SymbolicTensor {
  const { name, operation, shape } = node;
  const [x] = operands;
  switch (operation.kind) {
    case 'input':
      return tf.input({ name, shape: [...shape] });
    case 'convolution':
      return convolution(name, operation, x);
    case 'maxPool':
      return on(tf.layers.maxPooling2d({ name, ...poolWindow(operation) }), x);
    case 'averagePool':
      return on(tf.layers.averagePooling2d({ name, ...poolWindow(operation) }), x);
    case 'concat':
      return on(tf.layers.concatenate({ name, axis: 3 }), operands);
    case 'residualSum': {
      const sum = on(new ResidualSum({ name, scale: operation.scale }), operands);
      const normalised = operation.batchNorm ? batchNorm(name, sum) : sum;
      return operation.activation === 'relu' ? relu(name, normalised) : normalised;
    }
    case 'dropout':
      return on(tf.layers.dropout({ name, rate: 1 - operation.keep }), x);
    case 'classifier':
      return on(
        tf.layers.dense({ name, units: operation.classes, kernelInitializer: 'zeros' }),
        flat(node, x),
      );
  }
}

type Convolution = Extract<Operation, { kind: 'convolution' }>;

function convolution(
  name: string,
  { kernel, filters, stride: strides, padding, activation }: Convolution,
  x: tf.SymbolicTensor,
): tf.SymbolicTensor {
  const useBias = activation === 'linear';
  const window = { filters, kernelSize: [...kernel], strides, padding };
  const sums = on(tf.layers.conv2d({ name, ...window, useBias, kernelInitializer: 'zeros' }), x);
  if (activation === 'linear') {
    return sums;
  }
  return relu(name, batchNorm(name, sums));
}

function batchNorm(name: string, x: tf.SymbolicTensor): tf.SymbolicTensor {
  const norm = { name: `${name}/batchNorm`, scale: false, epsilon: BATCH_NORM_EPSILON };
  return on(tf.layers.batchNormalization(norm), x);
}

function poolWindow({ kernel, stride, padding }: Extract<Operation, { stride: number }>) {
  const [height, width] = kernel;
  return { poolSize: [height, width] as [number, number], strides: stride, padding };
}

function relu(name: string, x: tf.SymbolicTensor): tf.SymbolicTensor {
  return on(tf.layers.reLU({ name: `${name}/relu` }), x);
}

/** [batch, 1, 1, depth] as [batch, depth]. */
function flat({ name }: Node, x: tf.SymbolicTensor): tf.SymbolicTensor {
  return on(tf.layers.flatten({ name: `${name}/flatten` }), x);
}

function on(
  layer: tf.layers.Layer,
  x: tf.SymbolicTensor | readonly tf.SymbolicTensor[],
): tf.SymbolicTensor {
  return layer.apply(x as tf.SymbolicTensor | tf.SymbolicTensor[]) as tf.SymbolicTensor;
}

/** A node's weights are those of its layer, and of its batch normalisation where it has one, in tf.layers' order. */
function setWeights(model: tf.LayersModel, node: Node, values: ParameterValues): void {
  const weights = weightsOf(node, values);
  const roles = nodeParameters(node).map(({ role }) => role);
  const [own, normalisation] = [true, false].map((wanted) =>
    weights.filter((_, index) => ['kernel', 'bias'].includes(roles[index]) === wanted),
  );
  if (own.length > 0) model.getLayer(node.name).setWeights(own);
  if (normalisation.length > 0) model.getLayer(`${node.name}/batchNorm`).setWeights(normalisation);
}

function weightsOf(node: Node, values: ParameterValues): tf.Tensor[] {
  return nodeParameters(node).map(({ name }) => {
    const value = values.get(name);
    if (!value) {
      throw new LabError(
        `The weights hold no tensor "${name}": they belong to another network or variant.`,
      );
    }
    return value;
  });
}

/** The same model; its summary's columns are wide enough for our paths, unless told otherwise. */
function withRoomForPaths(model: tf.LayersModel): tf.LayersModel {
  const longest = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length)) + 2;
  const layer = longest(model.layers.map((each) => `${each.name} (${each.getClassName()})`));
  const input = longest(model.layers.map(({ name }) => `${name}[0][0]`));
  const ends = [layer, layer + 40, layer + 62, layer + 72, layer + 72 + input];
  const summary = model.summary.bind(model);
  model.summary = (lineLength = ends[4], positions = ends, print) =>
    summary(lineLength, positions, print);
  return model;
}

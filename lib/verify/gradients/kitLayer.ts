import * as tf from '@tensorflow/tfjs';

import { BATCH_NORM_TRAINING } from '../../backend/kernelNames';
import { activations } from '../../models/forward';
import { BATCH_NORM_EPSILON, type Network, type Node, type Operation } from '../../models/node';
import type { LayerValues } from './expectation';
import type { LayerShape } from './layerShapes';

/** The name of the only layer of the networks that the self-test builds. */
const LAYER = 'layer';

/**
 * Output and gradients of a layer as the kit computes them: by lib/models/forward and the registered gradients.
 *
 * In the order of the references: output, gradient of the input, then of filter and bias where the layer has them.
 */
export function kitResults(shape: LayerShape, values: LayerValues): Float32Array[] {
  // Arrays are not returned through tf.tidy: it looks for tensors in them, element by element.
  const results: Float32Array[] = [];
  tf.tidy(() => {
    const operands = operandsOf(shape, values);
    const operation = operationOf(shape);
    const dy = tf.tensor(values.dy, [values.batch, ...shape.output]);
    for (const tensor of [operation(...operands), ...tf.grads(operation)(operands, dy)]) {
      results.push(tensor.dataSync<'float32'>());
    }
  });
  return results;
}

function operandsOf(
  { kind, kernel, input, output }: LayerShape,
  { batch, x, filter, bias }: LayerValues,
): tf.Tensor[] {
  const window = kind === 'classifier' ? [] : kernel;
  const filterShape = [...window, input[2], output[2]];
  return [
    tf.tensor(x, [batch, ...input]),
    ...(filter.length > 0 ? [tf.tensor(filter, filterShape)] : []),
    ...(bias.length > 0 ? [tf.tensor(bias, [output[2]])] : []),
  ];
}

function operationOf(shape: LayerShape): (...operands: tf.Tensor[]) => tf.Tensor {
  if (shape.kind === 'batchNorm') {
    return batchNorm;
  }
  const network = networkOf(shape);
  return (x, kernel, bias) => {
    const parameters = new Map([
      [`${LAYER}/kernel`, kernel],
      [`${LAYER}/bias`, bias],
    ]);
    const options = { training: true };
    return activations(network, [network.output], parameters, x as tf.Tensor4D, options)[0];
  };
}

/** The kernel of the kit, with the attributes of lib/models/forward, which has it only together with a convolution. */
function batchNorm(x: tf.Tensor, beta: tf.Tensor): tf.Tensor {
  const attributes = { epsilon: BATCH_NORM_EPSILON };
  return tf.engine().runKernel<tf.Tensor[]>(BATCH_NORM_TRAINING, { x, beta }, attributes)[0];
}

/** A network of one layer; a convolution has a bias and nothing after it. */
function networkOf(shape: LayerShape): Network {
  const input: Node = {
    ...{ name: 'input', block: 'input', operation: { kind: 'input' }, inputs: [] },
    shape: shape.input,
  };
  const operation = operationIn(shape);
  const output: Node = {
    ...{ name: LAYER, block: LAYER, operation, inputs: [input] },
    shape: shape.output,
  };
  return { name: LAYER, nodes: [input, output], output };
}

function operationIn({ kind, kernel, stride, padding, output }: LayerShape): Operation {
  const window = { kernel, stride, padding };
  switch (kind) {
    case 'maxPool':
    case 'averagePool':
      return { kind, ...window };
    case 'classifier':
      return { kind, classes: output[2] };
    default:
      return { kind: 'convolution', filters: output[2], activation: 'linear', ...window };
  }
}

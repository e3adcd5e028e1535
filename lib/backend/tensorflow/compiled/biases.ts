import { FLOAT, type GraphNode, outputOf } from './graph';

/**
 * Turns the addition of a bias, and its gradient, into TensorFlow's own operations for them.
 *
 * TensorFlow.js has a general sum with repetition and a general sum over axes. TensorFlow can join its own addition of a
 * bias with the operation before it.
 */
export function biasesAsSuch(nodes: readonly GraphNode[]): void {
  for (const node of nodes) {
    if (isBiasAddition(node)) {
      node.operation = 'BiasAdd';
      node.attributes = ATTRIBUTES;
    } else if (isBiasGradient(node)) {
      node.operation = 'BiasAddGrad';
      node.inputs = node.inputs.slice(0, 1);
      node.attributes = ATTRIBUTES;
    }
  }
}

const ATTRIBUTES = { T: { type: FLOAT }, data_format: { s: 'NHWC' } };

/** Images [batch, height, width, depth] plus a vector [depth]. */
function isBiasAddition({ operation, inputs }: GraphNode): boolean {
  if (operation !== 'Add' && operation !== 'AddV2') {
    return false;
  }
  const [images, bias] = inputs.map((input) => outputOf(input));
  return images.dtype === FLOAT && images.shape.length === 4 && bias.shape.length === 1;
}

/** Images summed over all but their depth. */
function isBiasGradient({ operation, inputs, outputs }: GraphNode): boolean {
  if (operation !== 'Sum') {
    return false;
  }
  const { dtype, shape } = outputOf(inputs[0]);
  const [result] = outputs;
  // Only the sum over the first three dimensions leaves the depth alone, where no two dimensions are equal.
  const isDepth = result.shape.length === 1 && result.shape[0] === shape[3];
  const others = shape.slice(0, 3);
  return dtype === FLOAT && shape.length === 4 && isDepth && !others.includes(shape[3]);
}

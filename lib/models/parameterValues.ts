import * as tf from '@tensorflow/tfjs';

import type { Network } from './node';
import { elements, networkParameters, type Parameter } from './parameters';

/** The tensors of a network by name; `${layer path}/${role}`. */
export type ParameterValues = ReadonlyMap<string, tf.Tensor>;

/** The trainable tensors and moving statistics of a network as variables. */
export type ParameterVariables = ReadonlyMap<string, tf.Variable>;

/** A seed for one tensor: the same name and seed give the same numbers on every backend. */
export type SeedOf = (name: string) => number;

/**
 * Fresh variables for a network.
 *
 * Kernels are truncated normal with variance 2 / fan-in (slim's variance_scaling_initializer, which the reference
 * code of Inception-v3 and -v4 uses); biases, beta and moving means are zero, moving variances one.
 */
export function createParameters(network: Network, seedOf: SeedOf): ParameterVariables {
  const variables = new Map<string, tf.Variable>();
  for (const parameter of networkParameters(network)) {
    const initial = initialValue(parameter, seedOf(parameter.name));
    // TensorFlow.js keeps a global registry of variable names: two networks in one process need unique ones.
    variables.set(parameter.name, tf.variable(initial, parameter.trainable));
    initial.dispose();
  }
  return variables;
}

function initialValue({ role, shape }: Parameter, seed: number): tf.Tensor {
  switch (role) {
    case 'kernel':
      return tf.truncatedNormal([...shape], 0, kernelDeviation(shape), 'float32', seed);
    case 'movingVariance':
      return tf.ones([...shape]);
    default:
      return tf.zeros([...shape]);
  }
}

/** The factor 1.3 makes up for the variance that truncation at two deviations takes away (slim). */
function kernelDeviation(shape: readonly number[]): number {
  const fanIn = elements(shape) / shape[shape.length - 1];
  return Math.sqrt((1.3 * 2) / fanIn);
}

import * as tf from '@tensorflow/tfjs';

import type { Network } from '../models/node';
import { networkParameters } from '../models/parameters';
import type { ParameterValues } from '../models/parameterValues';
import type { TensorSource } from './tensorSource';

/**
 * The tensors of a network, read from weights under our names; the caller disposes them.
 *
 * Throws the source's LabError, with nothing left allocated, when a tensor cannot be read.
 */
export function loadParameters(network: Network, weights: TensorSource): ParameterValues {
  const values = new Map<string, tf.Tensor>();
  try {
    for (const { name, shape } of networkParameters(network)) {
      values.set(name, tf.tensor(weights.read(name), [...shape]));
    }
    return values;
  } catch (error) {
    tf.dispose([...values.values()]);
    throw error;
  }
}

import type * as tf from '@tensorflow/tfjs';

import { MOMENTUM_UPDATE } from '../backend/kernelNames';
import { Optimizer, type RateFactors } from './optimizer';

/**
 * Stochastic gradient descent with momentum exactly as TensorFlow has it (0.9 in the paper's earlier experiments, section 4).
 *
 *     velocity = momentum * velocity + gradient
 *     variable = variable - learningRate * velocity
 */
export class Momentum extends Optimizer {
  constructor(variables: Iterable<tf.Variable>, momentum: number, rates?: RateFactors) {
    const attributes = { momentum };
    super(variables, { name: MOMENTUM_UPDATE, attributes, slots: { velocity: 0 } }, rates);
  }
}

import type * as tf from '@tensorflow/tfjs';

import { MOMENTUM_UPDATE } from '../backend/kernelNames';
import { Optimizer } from './optimizer';

/**
 * Stochastic gradient descent with momentum exactly as TensorFlow has it (0.9 in the paper's earlier experiments, section 4).
 *
 *     velocity = momentum * velocity + gradient
 *     variable = variable - learningRate * velocity
 */
export class Momentum extends Optimizer {
  constructor(variables: Iterable<tf.Variable>, momentum: number) {
    super(variables, { name: MOMENTUM_UPDATE, attributes: { momentum }, slots: { velocity: 0 } });
  }
}

import type * as tf from '@tensorflow/tfjs';

import { RMSPROP_UPDATE } from '../backend/kernelNames';
import { Optimizer, type RateFactors } from './optimizer';

/** Constants of RMSProp. */
export interface RmspropOptions {
  /** 0.9 (section 4). */
  readonly decay: number;
  /** 0.9: not in the paper; RMSPROP_MOMENTUM of Google's released Inception trainer. */
  readonly momentum: number;
  /** 1.0 (section 4), inside the square root. */
  readonly epsilon: number;
}

/**
 * RMSProp exactly as TensorFlow has it.
 *
 *     meanSquare = decay * meanSquare + (1 - decay) * gradient^2
 *     step       = momentum * step + learningRate * gradient / sqrt(meanSquare + epsilon)
 *     variable   = variable - step
 *
 * The mean square starts at ONE and the learning rate is inside the momentum; both differ from tf.train.rmsprop of
 * TensorFlow.js and from PyTorch, and with epsilon 1.0 both matter.
 */
export class Rmsprop extends Optimizer {
  constructor(
    variables: Iterable<tf.Variable>,
    { decay, momentum, epsilon }: RmspropOptions,
    rates?: RateFactors,
  ) {
    const attributes = { decay, momentum, epsilon };
    const slots = { meanSquare: 1, step: 0 };
    super(variables, { name: RMSPROP_UPDATE, attributes, slots }, rates);
  }
}

/**
 * How far RMSProp without momentum moves a parameter in a step, in learning rates, when its gradient has been the same for
 * long: `gradient / sqrt(gradient^2 + epsilon)`.
 */
export function steadyStep(gradient: number, { epsilon }: Pick<RmspropOptions, 'epsilon'>): number {
  return gradient / Math.sqrt(gradient ** 2 + epsilon);
}

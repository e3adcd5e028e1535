import * as tf from '@tensorflow/tfjs';

import type { BatchStatistics } from '../models/forward';
import type { ParameterVariables } from '../models/parameterValues';
import { moveTowards } from './moveTowards';

/** Moves the moving mean and variance of a layer towards the statistics of a batch: one step with `decay`. */
export function moveStatistics(
  parameters: ParameterVariables,
  { layer, mean, variance }: BatchStatistics,
  decay: number,
): void {
  tf.tidy(() => {
    const rate = tf.scalar(1 - decay);
    moveTowards(parameters.get(`${layer}/movingMean`) as tf.Variable, mean, rate);
    moveTowards(parameters.get(`${layer}/movingVariance`) as tf.Variable, variance, rate);
  });
}

import * as tf from '@tensorflow/tfjs';

import type { BatchStatistics } from '../models/forward';
import type { ParameterVariables } from '../models/parameterValues';

/** Moves the moving mean and variance of a layer towards the statistics of a batch: one step with `decay`. */
export function moveStatistics(
  parameters: ParameterVariables,
  { layer, mean, variance }: BatchStatistics,
  decay: number,
): void {
  moveTowards(parameters.get(`${layer}/movingMean`) as tf.Variable, mean, decay);
  moveTowards(parameters.get(`${layer}/movingVariance`) as tf.Variable, variance, decay);
}

function moveTowards(moving: tf.Variable, value: tf.Tensor, decay: number): void {
  tf.tidy(() => moving.assign(moving.sub(moving.sub(value).mul(1 - decay))));
}

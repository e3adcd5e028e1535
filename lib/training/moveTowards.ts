import * as tf from '@tensorflow/tfjs';

import { MOVE_TOWARDS } from '../backend/kernelNames';

/** Moves an average a share of the way towards a value of its shape: average - (average - value) * rate. */
export function moveTowards(average: tf.Variable, value: tf.Tensor, rate: tf.Scalar): void {
  const moved = tf.engine().runKernel<tf.Tensor>(MOVE_TOWARDS, { average, value, rate });
  average.assign(moved);
  moved.dispose();
}

import * as tf from '@tensorflow/tfjs';

import { philoxUniform } from '../philox';
import { type KernelCall, tensorOf } from './backend';

/** Numbers in [0, 1) from a seed [2] alone, the same as TensorFlow's. */
export function statelessUniform({
  inputs: { seed },
  attrs: { shape },
  backend,
}: KernelCall<{ seed: tf.TensorInfo }, { shape: readonly number[] }>): tf.TensorInfo {
  const [first, second] = backend.readSync(seed.dataId) as Int32Array;
  const count = tf.util.sizeFromShape([...shape]);
  return tensorOf(backend, philoxUniform([first, second], count), shape);
}

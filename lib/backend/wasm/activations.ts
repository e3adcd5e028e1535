import type * as tf from '@tensorflow/tfjs';

import { addressOf, allocate, type KernelCall } from './backend';
import { simd } from './simd';

type Inputs = Readonly<Record<'dy' | 'y', tf.TensorInfo>>;

/** ReluGrad: dy where the output was positive, else zero. */
export function reluGrad({ inputs: { dy, y }, backend }: KernelCall<Inputs>): tf.TensorInfo {
  const dx = allocate(backend, dy.shape);
  simd(backend).reluGradient({
    errors: addressOf(backend, dy),
    outputs: addressOf(backend, y),
    gradient: addressOf(backend, dx),
    size: dy.shape.reduce((product, side) => product * side, 1),
  });
  return dx;
}

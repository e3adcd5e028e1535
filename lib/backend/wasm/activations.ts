import type * as tf from '@tensorflow/tfjs';

import { dispose, type KernelCall, run } from './backend';

type Inputs = Readonly<Record<'dy' | 'y', tf.TensorInfo>>;

/** ReluGrad: dy where the output was positive, else zero. */
export function reluGrad({ inputs: { dy, y }, backend }: KernelCall<Inputs>): tf.TensorInfo {
  const mask = run(backend, 'Step', { x: y }, { alpha: 0 });
  const dx = run(backend, 'Multiply', { a: dy, b: mask });
  dispose(backend, mask);
  return dx;
}

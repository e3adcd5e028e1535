import '@tensorflow/tfjs-backend-wasm';

import * as tf from '@tensorflow/tfjs';

import { registerGradients } from '../../../lib/backend/gradients';
import { installWasmKernels } from '../../../lib/backend/wasm/install';

/** Makes wasm the active backend with the kit's kernels and gradients, whatever LAB_BACKEND says. */
export async function useWasm(): Promise<void> {
  await tf.setBackend('wasm');
  await tf.ready();
  installWasmKernels();
  registerGradients();
}

/** The values of kernel outputs; frees the tensors. */
export function take(...tensors: tf.Tensor[]): number[][] {
  const values = tensors.map((tensor) => [...tensor.dataSync()]);
  tf.dispose(tensors);
  return values;
}

/** Runs a kernel on fresh tensors and returns the values of its outputs. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, Values>>,
  attributes: object = {},
): number[][] {
  const entries = Object.entries(inputs).map(([key, { values, shape }]) => [
    key,
    tf.tensor(values, [...shape], 'float32'),
  ]);
  const tensors = Object.fromEntries(entries) as Record<string, tf.Tensor>;
  const attrs = attributes as unknown as tf.NamedAttrMap;
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, tensors, attrs);
  tf.dispose(tensors);
  return take(...[outputs].flat());
}

/** Numbers with a shape. */
export interface Values {
  readonly values: number[];
  readonly shape: readonly number[];
}

/** Reproducible numbers in [low, high), rounded to float32 so that both sides of a comparison start equal. */
export function randomValues(shape: readonly number[], seed = 1, [low, high] = [-1, 1]): Values {
  let state = seed;
  const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.fround(low + ((high - low) * (state >> 8)) / 0x7fffff);
  });
  return { values, shape };
}

/** The largest difference, relative to the largest expected value. */
export function relativeError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) {
    return Infinity;
  }
  const scale = Math.max(...expected.map(Math.abs), 1e-30);
  const errors = actual.map((value, index) => Math.abs(value - expected[index]) / scale);
  return errors.some(Number.isNaN) ? NaN : Math.max(...errors);
}

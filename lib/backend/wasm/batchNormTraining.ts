import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { allocate, dispose, type KernelCall, run, tensorOf, valuesOf } from './backend';
import { channelMeans, type PerChannel, positionsOf, scaleAndShift } from './channelwise';

type TrainingInputs = Readonly<Record<'x' | 'beta', tf.TensorInfo>>;
type GradInputs = Readonly<
  Record<'dy' | 'x' | 'reserve1' | 'reserve2' | 'reserve3', tf.TensorInfo>
>;
interface Epsilon {
  readonly epsilon: number;
}

/**
 * BatchNormTraining: y = (x - mean) / sqrt(variance + epsilon) + beta with the batch's own mean and variance.
 *
 * Two passes, mean before variance: the mean of x^2 less the square of the mean loses its digits when the mean is far
 * from zero. The reserves are the mean and 1 / sqrt(variance + epsilon); the third is TensorFlow's, empty here.
 */
export function batchNormTraining({
  inputs: { x, beta },
  attrs: { epsilon },
  backend,
}: KernelCall<TrainingInputs, Epsilon>): tf.TensorInfo[] {
  const mean = channelMeans(backend, x);
  const centred = centre(backend, x, mean);
  const variance = meanSquares(backend, centred);
  const inverse = variance.map((value) => 1 / Math.sqrt(value + epsilon));
  const y = scaleAndShift(backend, centred, inverse, valuesOf(backend, beta).slice());
  dispose(backend, centred);
  const count = positionsOf(x);
  const unbiased = variance.map((value) => (value * count) / Math.max(1, count - 1));
  const perChannel = [mean, unbiased, mean, inverse].map((values) => tensorOf(backend, values));
  return [y, ...perChannel, allocate(backend, [0])];
}

function centre(backend: BackendWasm, x: tf.TensorInfo, mean: PerChannel): tf.TensorInfo {
  const ones = new Float32Array(mean.length).fill(1);
  const minusMean = mean.map((value) => -value);
  return scaleAndShift(backend, x, ones, minusMean);
}

function meanSquares(backend: BackendWasm, x: tf.TensorInfo): PerChannel {
  const squares = run(backend, 'Square', { x });
  const means = channelMeans(backend, squares);
  dispose(backend, squares);
  return means;
}

/**
 * BatchNormTrainingGrad: with r = 1 / sqrt(variance + epsilon) and c = x - mean,
 * dx = r (dy - mean(dy) - r^2 c mean(dy c)) and dBeta = sum(dy).
 */
export function batchNormTrainingGrad({
  inputs: { dy, x, reserve1, reserve2 },
  backend,
}: KernelCall<GradInputs, Epsilon>): tf.TensorInfo[] {
  const inverse = valuesOf(backend, reserve2).slice();
  const centred = centre(backend, x, valuesOf(backend, reserve1).slice());
  const meanDy = channelMeans(backend, dy);
  const meanProduct = meanOfProduct(backend, dy, centred);
  const slope = inverse.map((r, channel) => -(r ** 3) * meanProduct[channel]);
  const shift = inverse.map((r, channel) => -r * meanDy[channel]);
  const direct = scaleAndShift(backend, dy, inverse, shift);
  const correction = scaleAndShift(backend, centred, slope, new Float32Array(slope.length));
  const dx = run(backend, 'Add', { a: direct, b: correction });
  dispose(backend, centred, correction, direct);
  const count = positionsOf(x);
  const sumDy = meanDy.map((value) => value * count);
  return [dx, tensorOf(backend, sumDy)];
}

function meanOfProduct(backend: BackendWasm, a: tf.TensorInfo, b: tf.TensorInfo): PerChannel {
  const product = run(backend, 'Multiply', { a, b });
  const means = channelMeans(backend, product);
  dispose(backend, product);
  return means;
}

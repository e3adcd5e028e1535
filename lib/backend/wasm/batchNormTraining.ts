import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { addressOf, allocate, dispose, type KernelCall, tensorOf, valuesOf } from './backend';
import { depthOf, type PerChannel, positionsOf } from './channelwise';
import { simd } from './simd';

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
 * The reserves are the mean and 1 / sqrt(variance + epsilon); the third is TensorFlow's, empty here.
 */
export function batchNormTraining({
  inputs: { x, beta },
  attrs: { epsilon },
  backend,
}: KernelCall<TrainingInputs, Epsilon>): tf.TensorInfo[] {
  const count = positionsOf(x);
  const { means, variances } = moments(backend, x);
  const inverses = variances.map((value) => 1 / Math.sqrt(value + epsilon));
  const unbiased = variances.map((value) => (value * count) / Math.max(1, count - 1));
  const [mean, variance, inverse] = [means, unbiased, inverses].map((values) =>
    tensorOf(backend, values),
  );
  const y = allocate(backend, x.shape);
  simd(backend).normalise({
    x: addressOf(backend, x),
    mean: addressOf(backend, mean),
    scale: addressOf(backend, inverse),
    shift: addressOf(backend, beta),
    y: addressOf(backend, y),
    rows: count,
    channels: depthOf(x),
  });
  return [y, mean, variance, tensorOf(backend, means), inverse, allocate(backend, [0])];
}

/** Mean and variance of each channel; the first position is the shift that keeps the digits of the squares. */
function moments(backend: BackendWasm, x: tf.TensorInfo) {
  const count = positionsOf(x);
  const shift = valuesOf(backend, x).slice(0, depthOf(x));
  const [sums, squares] = totalsOf(backend, x, (totals) =>
    simd(backend).addMoments({
      x: addressOf(backend, x),
      shift: addressOf(backend, x),
      totals,
      rows: count,
      channels: depthOf(x),
    }),
  );
  const means = shift.map((value, channel) => value + sums[channel] / count);
  const variances = shift.map((_, channel) => {
    const offset = sums[channel] / count;
    return Math.max(0, squares[channel] / count - offset ** 2);
  });
  return { means, variances };
}

/** Two float64 totals per channel that a kernel adds up at an address. */
function totalsOf(
  backend: BackendWasm,
  x: tf.TensorInfo,
  add: (totals: number) => void,
): [Float64Array, Float64Array] {
  const depth = depthOf(x);
  const room = 4 * Math.ceil(depth / 4);
  // A float64 is as long as two of the float32 values that tensors consist of.
  const totals = allocate(backend, [2, 2 * room]);
  valuesOf(backend, totals).fill(0);
  add(addressOf(backend, totals));
  const values = new Float64Array(valuesOf(backend, totals).slice().buffer);
  dispose(backend, totals);
  return [values.subarray(0, depth), values.subarray(room, room + depth)];
}

/**
 * BatchNormTrainingGrad: with r = 1 / sqrt(variance + epsilon) and c = x - mean,
 * dx = r (dy - mean(dy) - r^2 c mean(dy c)) and dBeta = sum(dy).
 */
export function batchNormTrainingGrad({
  inputs: { dy, x, reserve1: mean, reserve2: inverse },
  backend,
}: KernelCall<GradInputs, Epsilon>): tf.TensorInfo[] {
  const size = { rows: positionsOf(x), channels: depthOf(x) };
  const addresses = {
    dy: addressOf(backend, dy),
    x: addressOf(backend, x),
    mean: addressOf(backend, mean),
  };
  const [sums, products] = totalsOf(backend, x, (totals) =>
    simd(backend).addGradientMoments({ ...addresses, totals, ...size }),
  );
  const inverses: PerChannel = valuesOf(backend, inverse).slice();
  const slopes = inverses.map((r, channel) => (-(r ** 3) * products[channel]) / size.rows);
  const shifts = inverses.map((r, channel) => (-r * sums[channel]) / size.rows);
  const [slope, shift] = [slopes, shifts].map((values) => tensorOf(backend, values));
  const dx = allocate(backend, x.shape);
  simd(backend).normaliseGradient({
    ...addresses,
    scale: addressOf(backend, inverse),
    slope: addressOf(backend, slope),
    shift: addressOf(backend, shift),
    dx: addressOf(backend, dx),
    ...size,
  });
  dispose(backend, slope, shift);
  return [dx, tensorOf(backend, sums)];
}

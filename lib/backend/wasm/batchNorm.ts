import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import {
  allocate,
  dispose,
  run,
  tensorOf,
  valuesOf,
  type Kernel,
  type KernelCall,
} from './backend';
import {
  channelMeans,
  depthOf,
  positionsOf,
  scaleAndShift,
  withChannels,
  type PerChannel,
} from './channelwise';

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
  const centred = withChannels(backend, 'Sub', x, mean);
  const variance = meanSquares(backend, centred);
  const inverse = variance.map((value) => 1 / Math.sqrt(value + epsilon));
  const y = scaleAndShift(backend, centred, inverse, valuesOf(backend, beta).slice());
  dispose(backend, centred);
  const count = positionsOf(x);
  const unbiased = variance.map((value) => (value * count) / Math.max(1, count - 1));
  const perChannel = [mean, unbiased, mean, inverse].map((values) => tensorOf(backend, values));
  return [y, ...perChannel, allocate(backend, [0])];
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
  const centred = withChannels(backend, 'Sub', x, valuesOf(backend, reserve1).slice());
  const meanDy = channelMeans(backend, dy);
  const meanProduct = meanOfProduct(backend, dy, centred);
  const slope = inverse.map((r, channel) => -(r ** 3) * meanProduct[channel]);
  const shift = inverse.map((r, channel) => -r * meanDy[channel]);
  const correction = scaleAndShift(backend, centred, slope, shift);
  const direct = withChannels(backend, 'Multiply', dy, inverse);
  const dx = run(backend, 'Add', { a: direct, b: correction });
  dispose(backend, centred, correction, direct);
  const count = positionsOf(x);
  return [
    dx,
    tensorOf(
      backend,
      meanDy.map((value) => value * count),
    ),
  ];
}

function meanOfProduct(backend: BackendWasm, a: tf.TensorInfo, b: tf.TensorInfo): PerChannel {
  const product = run(backend, 'Multiply', { a, b });
  const means = channelMeans(backend, product);
  dispose(backend, product);
  return means;
}

interface InferenceInputs {
  readonly x: tf.TensorInfo;
  readonly mean: tf.TensorInfo;
  readonly variance: tf.TensorInfo;
  readonly offset?: tf.TensorInfo;
  readonly scale?: tf.TensorInfo;
}
type InferenceAttributes = Readonly<Record<'varianceEpsilon', number>>;

/** FusedBatchNorm (inference) in one pass of multiply-add; the stock kernel is a scalar loop. */
export function fastBatchNorm(
  stock: Kernel<InferenceInputs, InferenceAttributes>,
): Kernel<InferenceInputs, InferenceAttributes> {
  return (call) => {
    const { inputs, attrs, backend } = call;
    const { x, mean, variance, offset, scale } = inputs;
    const perChannel = [mean, variance, offset, scale].every(
      (tensor) => !tensor || (tensor.shape.length === 1 && tensor.shape[0] === depthOf(x)),
    );
    if (!perChannel) {
      return stock(call);
    }
    const [m, v, o, s] = [mean, variance, offset, scale].map(
      (tensor) => tensor && valuesOf(backend, tensor),
    ) as [PerChannel, PerChannel, PerChannel | undefined, PerChannel | undefined];
    const factor = v.map((value, i) => (s?.[i] ?? 1) / Math.sqrt(value + attrs.varianceEpsilon));
    const shift = m.map((value, i) => (o?.[i] ?? 0) - value * factor[i]);
    return scaleAndShift(backend, x, factor, shift);
  };
}

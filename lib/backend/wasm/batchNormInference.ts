import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { addressOf, allocate, dispose, type Kernel, tensorOf, valuesOf } from './backend';
import { depthOf, positionsOf } from './channelwise';
import { simd } from './simd';

interface Inputs {
  readonly x: tf.TensorInfo;
  readonly mean: tf.TensorInfo;
  readonly variance: tf.TensorInfo;
  readonly offset?: tf.TensorInfo;
  readonly scale?: tf.TensorInfo;
}

type Attributes = Readonly<Record<'varianceEpsilon', number>>;

/** FusedBatchNorm (inference) in one pass; the stock kernel is a scalar loop. */
export function onePassBatchNorm(stock: Kernel<Inputs, Attributes>): Kernel<Inputs, Attributes> {
  return (call) => {
    const { inputs, attrs, backend } = call;
    if (!isPerChannel(inputs)) {
      return stock(call);
    }
    return normalised(backend, inputs, attrs.varianceEpsilon);
  };
}

function isPerChannel({ x, mean, variance, offset, scale }: Inputs): boolean {
  return [mean, variance, offset, scale].every(
    (tensor) => !tensor || (tensor.shape.length === 1 && tensor.shape[0] === depthOf(x)),
  );
}

function normalised(
  backend: BackendWasm,
  { x, mean, variance, offset, scale }: Inputs,
  epsilon: number,
): tf.TensorInfo {
  const factors = factorsOf(backend, { variance, scale }, epsilon);
  const shift = offset ?? tensorOf(backend, new Float32Array(depthOf(x)));
  const y = allocate(backend, x.shape);
  simd(backend).normalise({
    x: addressOf(backend, x),
    mean: addressOf(backend, mean),
    scale: addressOf(backend, factors),
    shift: addressOf(backend, shift),
    y: addressOf(backend, y),
    rows: positionsOf(x),
    channels: depthOf(x),
  });
  dispose(backend, factors, ...(offset ? [] : [shift]));
  return y;
}

/** scale / sqrt(variance + epsilon), by channel. */
function factorsOf(
  backend: BackendWasm,
  { variance, scale }: Pick<Inputs, 'variance' | 'scale'>,
  epsilon: number,
): tf.TensorInfo {
  const scales = scale && valuesOf(backend, scale);
  const factors = valuesOf(backend, variance).map(
    (value, channel) => (scales?.[channel] ?? 1) / Math.sqrt(value + epsilon),
  );
  return tensorOf(backend, factors);
}

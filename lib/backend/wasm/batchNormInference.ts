import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { type Kernel, valuesOf } from './backend';
import { depthOf, scaleAndShift } from './channelwise';

interface Inputs {
  readonly x: tf.TensorInfo;
  readonly mean: tf.TensorInfo;
  readonly variance: tf.TensorInfo;
  readonly offset?: tf.TensorInfo;
  readonly scale?: tf.TensorInfo;
}

type Attributes = Readonly<Record<'varianceEpsilon', number>>;

/** FusedBatchNorm (inference) in one pass of multiply-add; the stock kernel is a scalar loop. */
export function onePassBatchNorm(stock: Kernel<Inputs, Attributes>): Kernel<Inputs, Attributes> {
  return (call) => {
    const { inputs, attrs, backend } = call;
    if (!isPerChannel(inputs)) {
      return stock(call);
    }
    const { factors, shifts } = coefficients(backend, inputs, attrs.varianceEpsilon);
    return scaleAndShift(backend, inputs.x, factors, shifts);
  };
}

function isPerChannel({ x, mean, variance, offset, scale }: Inputs): boolean {
  return [mean, variance, offset, scale].every(
    (tensor) => !tensor || (tensor.shape.length === 1 && tensor.shape[0] === depthOf(x)),
  );
}

function coefficients(
  backend: BackendWasm,
  { mean, variance, offset, scale }: Omit<Inputs, 'x'>,
  epsilon: number,
) {
  const means = valuesOf(backend, mean);
  const offsets = offset && valuesOf(backend, offset);
  const scales = scale && valuesOf(backend, scale);
  const factors = valuesOf(backend, variance).map(
    (value, channel) => (scales?.[channel] ?? 1) / Math.sqrt(value + epsilon),
  );
  const shifts = means.map(
    (value, channel) => (offsets?.[channel] ?? 0) - value * factors[channel],
  );
  return { factors, shifts };
}

import type * as tf from '@tensorflow/tfjs';

import { addressOf, allocate, dispose, type KernelCall } from './backend';
import { simd } from './simd';
import { type PoolingAttributes, poolingInfo } from './windows';

type Inputs = Readonly<Record<'dy' | 'input', tf.TensorInfo>>;
type Call = KernelCall<Inputs, PoolingAttributes>;

/**
 * AvgPoolGrad: every error is shared by the positions of its window inside the image.
 *
 * The stock kernel divides by the window's full size everywhere, but the forward pass by the positions inside the image.
 */
export function avgPoolGrad(call: Call): tf.TensorInfo {
  const { inputs, backend } = call;
  const size = geometry(call);
  const dx = allocate(backend, inputs.input.shape);
  const workspace = allocate(backend, [size.outHeight + size.outWidth]);
  simd(backend).averagePoolGradient({
    errors: addressOf(backend, inputs.dy),
    gradient: addressOf(backend, dx),
    shares: addressOf(backend, workspace),
    ...size,
  });
  dispose(backend, workspace);
  return dx;
}

/**
 * MaxPoolGrad: the gradient of a window goes to its first maximum.
 *
 * The stock kernel starts its search at the smallest positive float and so misses maxima that are not positive.
 */
export function maxPoolGrad(call: Call): tf.TensorInfo {
  const { inputs, backend } = call;
  const dx = allocate(backend, inputs.input.shape);
  const input = addressOf(backend, inputs.input);
  const errors = addressOf(backend, inputs.dy);
  const gradient = addressOf(backend, dx);
  simd(backend).maxPoolGradient({ input, errors, gradient, ...geometry(call) });
  return dx;
}

function geometry({ inputs, attrs }: Call) {
  const info = poolingInfo(inputs.input, attrs);
  return {
    images: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}

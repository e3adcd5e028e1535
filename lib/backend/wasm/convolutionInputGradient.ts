import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { dispose, run, type KernelCall } from './backend';
import { convolutionInfo, type ConvolutionAttributes } from './convolution';
import { spreadOut } from './spreading';

type Inputs = Readonly<Record<'dy' | 'filter', tf.TensorInfo>>;

interface Attributes extends ConvolutionAttributes {
  readonly inputShape: readonly number[];
}

/**
 * Conv2DBackpropInput: dx of a convolution, as a convolution of dy.
 *
 * Every input position collects from the windows that cover it: dy, with strides filled up by zeros and a margin of
 * zeros, is convolved with the filter turned by 180 degrees and its input and output channels exchanged.
 */
export function conv2DBackpropInput({
  inputs: { dy, filter },
  attrs,
  backend,
}: KernelCall<Inputs, Attributes>): tf.TensorInfo {
  const info = convolutionInfo(attrs.inputShape, filter.shape, attrs);
  const errors = spreadOut(backend, dy, info);
  const turned = turnedFilter(backend, filter);
  const dx = run(
    backend,
    'Conv2D',
    { x: errors, filter: turned },
    { strides: [1, 1], dilations: [1, 1], pad: 'valid', dataFormat: 'NHWC' },
  );
  dispose(backend, errors, turned);
  return dx;
}

function turnedFilter(backend: BackendWasm, filter: tf.TensorInfo): tf.TensorInfo {
  const exchanged = run(backend, 'Transpose', { x: filter }, { perm: [0, 1, 3, 2] });
  const turned = run(backend, 'Reverse', { x: exchanged }, { dims: [0, 1] });
  dispose(backend, exchanged);
  return turned;
}

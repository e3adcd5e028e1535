import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { allocate, dispose, type KernelCall, run, valuesOf } from './backend';
import { spreadOut } from './spreading';
import { type ConvolutionAttributes, convolutionInfo } from './windows';

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

/** [height, width, in, out] to [height, width, out, in], turned by 180 degrees. */
function turnedFilter(backend: BackendWasm, filter: tf.TensorInfo): tf.TensorInfo {
  const exchanged = run(backend, 'Transpose', { x: filter }, { perm: [0, 1, 3, 2] });
  const turned = allocate(backend, exchanged.shape);
  const source = valuesOf(backend, exchanged);
  const target = valuesOf(backend, turned);
  const [height, width, outChannels, inChannels] = exchanged.shape;
  const tap = outChannels * inChannels;
  // The stock Reverse kernel visits element by element and takes half as long as the convolution itself.
  for (let from = 0, to = (height * width - 1) * tap; to >= 0; from += tap, to -= tap) {
    target.set(source.subarray(from, from + tap), to);
  }
  dispose(backend, exchanged);
  return turned;
}

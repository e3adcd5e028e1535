import * as tf from '@tensorflow/tfjs';

import type { Kernel } from './backend';

/** The geometry of a convolution or pooling: sizes, strides, padding. */
export type WindowInfo = tf.backend_util.Conv2DInfo;

type Shape4D = [number, number, number, number];

/** What decides the geometry of a convolution, as TensorFlow.js passes it to kernels. */
export interface ConvolutionAttributes {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | ExplicitPadding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];
type Inputs = Readonly<Record<'x' | 'filter', tf.TensorInfo>>;

/** Geometry of a convolution. Throws for data in [batch, depth, height, width] order and for dilated filters. */
export function convolutionInfo(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode }: ConvolutionAttributes,
): WindowInfo {
  if (dataFormat !== 'NHWC' || ![dilations].flat().every((dilation) => dilation === 1)) {
    throw new Error(
      `The gradient of this convolution is not implemented on wasm: data format ${dataFormat}, ` +
        `dilations ${String(dilations)}; expected NHWC and 1.`,
    );
  }
  return tf.backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filterShape as Shape4D,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

/**
 * Conv2D and FusedConv2D with the padding spelled out where the stock kernels fail.
 *
 * With SAME padding and a filter side smaller than the stride, XNNPACK refuses the operator; the stock kernel then
 * returns a buffer that was never written.
 */
export function withSafePadding(
  stock: Kernel<Inputs, ConvolutionAttributes>,
): Kernel<Inputs, ConvolutionAttributes> {
  return (call) => {
    const { x, filter } = call.inputs;
    const { strides, pad } = call.attrs;
    if (pad !== 'same' || !isShorterThanStride(filter, strides)) {
      return stock(call);
    }
    return stock({ ...call, attrs: { ...call.attrs, pad: samePadding(x, filter, call.attrs) } });
  };
}

function isShorterThanStride(
  { shape }: tf.TensorInfo,
  strides: ConvolutionAttributes['strides'],
): boolean {
  const [vertical, horizontal] = typeof strides === 'number' ? [strides, strides] : strides;
  return shape[0] < vertical || shape[1] < horizontal;
}

function samePadding(
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  attributes: ConvolutionAttributes,
): ExplicitPadding {
  const { padInfo } = convolutionInfo(x.shape, filter.shape, attributes);
  const { top, bottom, left, right } = padInfo;
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

import type * as tf from '@tensorflow/tfjs';

import type { Kernel } from './backend';
import { type ConvolutionAttributes, convolutionInfo, explicitPadding } from './windows';

type Inputs = Readonly<Record<'x' | 'filter', tf.TensorInfo>>;

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
    const { inputs, attrs } = call;
    if (attrs.pad !== 'same' || !isShorterThanStride(inputs.filter, attrs.strides)) {
      return stock(call);
    }
    const { padInfo } = convolutionInfo(inputs.x.shape, inputs.filter.shape, attrs);
    return stock({ ...call, attrs: { ...attrs, pad: explicitPadding(padInfo) } });
  };
}

function isShorterThanStride(
  { shape: [height, width] }: tf.TensorInfo,
  strides: ConvolutionAttributes['strides'],
): boolean {
  const [vertical, horizontal] = typeof strides === 'number' ? [strides, strides] : strides;
  return height < vertical || width < horizontal;
}

import type * as tf from '@tensorflow/tfjs';

import { addressOf, allocate, dispose, type Kernel } from './backend';
import { withMargin } from './margins';
import { simd } from './simd';
import {
  type ConvolutionAttributes,
  convolutionInfo,
  explicitPadding,
  isPlain,
  type WindowInfo,
} from './windows';

type Inputs = Readonly<Record<'x' | 'filter', tf.TensorInfo>>;
type ConvolutionKernel = Kernel<Inputs, ConvolutionAttributes>;

/** Conv2D on the SIMD kernels; the stock kernel for data in another order and for dilated filters. */
export function simdConvolution(stock: ConvolutionKernel): ConvolutionKernel {
  return (call) => {
    const { inputs, attrs, backend } = call;
    if (!isPlain(attrs)) {
      return stock(call);
    }
    const info = convolutionInfo(inputs.x.shape, inputs.filter.shape, attrs);
    const input = withMargin(backend, inputs.x, info);
    const rows = info.filterHeight * info.filterWidth * info.inChannels;
    const channels = info.outChannels;
    const panels = allocate(backend, [rows, panelColumns(channels)]);
    const workspace = allocate(backend, [simd(backend).sizeOfConvolveWorkspace({})]);
    const y = allocate(backend, info.outShape);
    const filter = addressOf(backend, inputs.filter);
    simd(backend).packFilter({ filter, panels: addressOf(backend, panels), rows, channels });
    simd(backend).convolve({
      input: addressOf(backend, input),
      panels: addressOf(backend, panels),
      output: addressOf(backend, y),
      workspace: addressOf(backend, workspace),
      ...windowPitches(input, info),
      outputImagePitch: info.outHeight * info.outWidth * channels,
      outputRowPitch: info.outWidth * channels,
      outputColumnPitch: channels,
    });
    dispose(backend, input, panels, workspace);
    return y;
  };
}

/** Columns of a filter in panels: a multiple of four. */
export function panelColumns(channels: number): number {
  return 4 * Math.ceil(channels / 4);
}

/** How the windows of a convolution lie in an input that has its margin; in floats. */
export function windowPitches({ shape: [, height, width] }: tf.TensorInfo, info: WindowInfo) {
  const rowPitch = width * info.inChannels;
  return {
    images: info.batchSize,
    height: info.outHeight,
    width: info.outWidth,
    channels: info.outChannels,
    inputImagePitch: height * rowPitch,
    inputRowPitch: info.strideHeight * rowPitch,
    inputColumnPitch: info.strideWidth * info.inChannels,
    filterRows: info.filterHeight,
    filterRowPitch: rowPitch,
    rowLength: info.filterWidth * info.inChannels,
  };
}

/**
 * Conv2D and FusedConv2D with the padding spelled out where the stock kernels fail.
 *
 * With SAME padding and a filter side smaller than the stride, XNNPACK refuses the operator; the stock kernel then
 * returns a buffer that was never written.
 */
export function withSafePadding(stock: ConvolutionKernel): ConvolutionKernel {
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

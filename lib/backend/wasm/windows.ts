import * as tf from '@tensorflow/tfjs';

/** The geometry of a convolution or pooling: sizes, strides, padding. */
export type WindowInfo = tf.backend_util.Conv2DInfo;

type Padding4D = [[number, number], [number, number], [number, number], [number, number]];
type Shape4D = [number, number, number, number];

/** How a window slides over its input, as TensorFlow.js passes it to kernels. */
export interface WindowAttributes {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | Padding4D;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Attributes of the convolution kernels. */
export interface ConvolutionAttributes extends WindowAttributes {
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: [number, number] | number;
}

/** Attributes of the pooling kernels. */
export interface PoolingAttributes extends WindowAttributes {
  readonly filterSize: [number, number] | number;
}

/** Whether a convolution is one of [batch, height, width, depth] with a filter that is not dilated. */
export function isPlain({ dataFormat = 'NHWC', dilations = 1 }: ConvolutionAttributes): boolean {
  return dataFormat === 'NHWC' && [dilations].flat().every((dilation) => dilation === 1);
}

/** Geometry of a convolution. Throws for data in [batch, depth, height, width] order and for dilated filters. */
export function convolutionInfo(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: ConvolutionAttributes,
): WindowInfo {
  const { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode } = attributes;
  if (!isPlain(attributes)) {
    throw new Error(
      `This convolution is not implemented on wasm: data format ${dataFormat}, ` +
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

/** Geometry of a pooling over [batch, height, width, depth]. */
export function poolingInfo(
  { shape }: tf.TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: PoolingAttributes,
): WindowInfo {
  return tf.backend_util.computePool2DInfo(
    shape as Shape4D,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

/** Rows and columns of zeros around an image as the `pad` attribute of a convolution. */
export function explicitPadding({
  top,
  bottom,
  left,
  right,
}: Readonly<Record<'top' | 'bottom' | 'left' | 'right', number>>): Padding4D {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { addressOf, allocate, shared } from './backend';
import { simd } from './simd';
import type { WindowInfo } from './windows';

/** The size of images, and where older ones lie in them. */
interface Frame {
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

/**
 * Images [batch, height, width, depth] inside a frame of zeros; the same values where the frame adds nothing.
 *
 * Rows and columns beyond the frame are left out. To be disposed of like a new tensor.
 */
export function framed(backend: BackendWasm, images: tf.TensorInfo, frame: Frame): tf.TensorInfo {
  const [batch, height, width, channels] = images.shape;
  const { height: targetHeight, width: targetWidth, top, left } = frame;
  if (top === 0 && left === 0 && height === targetHeight && width === targetWidth) {
    return shared(backend, images);
  }
  const result = allocate(backend, [batch, targetHeight, targetWidth, channels]);
  const source = addressOf(backend, images);
  const target = addressOf(backend, result);
  const size = { images: batch, height, width, channels, targetHeight, targetWidth, top, left };
  simd(backend).padImages({ source, target, ...size });
  return result;
}

/** A convolution's input with the margin that its windows reach into. To be disposed of like a new tensor. */
export function withMargin(
  backend: BackendWasm,
  x: tf.TensorInfo,
  { outHeight, outWidth, inHeight, inWidth, ...info }: WindowInfo,
): tf.TensorInfo {
  const { top, left } = info.padInfo;
  const lastRow = (outHeight - 1) * info.strideHeight + info.filterHeight;
  const lastColumn = (outWidth - 1) * info.strideWidth + info.filterWidth;
  const height = Math.max(lastRow, inHeight + top);
  const width = Math.max(lastColumn, inWidth + left);
  return framed(backend, x, { height, width, top, left });
}

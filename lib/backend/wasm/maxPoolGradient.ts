import type * as tf from '@tensorflow/tfjs';

import { allocate, type KernelCall, valuesOf } from './backend';
import { type PoolingAttributes, poolingInfo, type WindowInfo } from './windows';

type Inputs = Readonly<Record<'dy' | 'input', tf.TensorInfo>>;

/**
 * MaxPoolGrad: the gradient of a window goes to its first maximum.
 *
 * The stock kernel starts its search at the smallest positive float and so misses maxima that are not positive.
 */
export function maxPoolGrad({
  inputs: { dy, input },
  attrs,
  backend,
}: KernelCall<Inputs, PoolingAttributes>): tf.TensorInfo {
  const info = poolingInfo(input, attrs);
  const dx = allocate(backend, input.shape);
  const gradient = valuesOf(backend, dx).fill(0);
  const errors = valuesOf(backend, dy);
  const search = new MaximumSearch(valuesOf(backend, input), info);
  for (let window = 0; window * info.outChannels < errors.length; window++) {
    const winners = search.winners(window);
    const offset = window * info.outChannels;
    for (let channel = 0; channel < winners.length; channel++) {
      gradient[winners[channel]] += errors[offset + channel];
    }
  }
  return dx;
}

/** Finds the maxima of all channels of a window at once: the channels of a position are neighbours in memory. */
class MaximumSearch {
  private readonly best: Float32Array;
  private readonly index: Int32Array;

  constructor(
    private readonly values: Float32Array,
    private readonly info: WindowInfo,
  ) {
    this.best = new Float32Array(info.inChannels);
    this.index = new Int32Array(info.inChannels);
  }

  /** For each channel, where in the input the maximum of output position `window` is. */
  winners(window: number): Int32Array {
    const { outHeight, outWidth, inHeight, inWidth, inChannels } = this.info;
    const row = Math.floor(window / outWidth);
    const image = Math.floor(row / outHeight);
    const [top, bottom] = this.rows(row % outHeight);
    const [left, right] = this.columns(window % outWidth);
    const start = (y: number) => ((image * inHeight + y) * inWidth + left) * inChannels;
    this.takePosition(start(top));
    for (let y = top; y < bottom; y++) {
      const end = start(y) + (right - left) * inChannels;
      for (let position = start(y); position < end; position += inChannels) {
        this.comparePosition(position);
      }
    }
    return this.index;
  }

  private rows(outRow: number): [number, number] {
    const { strideHeight, filterHeight, inHeight, padInfo } = this.info;
    const start = outRow * strideHeight - padInfo.top;
    return [Math.max(0, start), Math.min(inHeight, start + filterHeight)];
  }

  private columns(outColumn: number): [number, number] {
    const { strideWidth, filterWidth, inWidth, padInfo } = this.info;
    const start = outColumn * strideWidth - padInfo.left;
    return [Math.max(0, start), Math.min(inWidth, start + filterWidth)];
  }

  private takePosition(position: number): void {
    const { best, index, values } = this;
    for (let channel = 0; channel < best.length; channel++) {
      best[channel] = values[position + channel];
      index[channel] = position + channel;
    }
  }

  private comparePosition(position: number): void {
    const { best, index, values } = this;
    for (let channel = 0; channel < best.length; channel++) {
      const value = values[position + channel];
      if (value > best[channel]) {
        best[channel] = value;
        index[channel] = position + channel;
      }
    }
  }
}

import * as tf from '@tensorflow/tfjs';

import { type Kernel, type KernelCall, reshaped, run, valuesOf } from './backend';

type Inputs = Readonly<Record<'x', tf.TensorInfo>>;

interface Attributes {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

/** XNNPACK's average pooling keeps one float per channel on wasm's stack of 64 KB; more would overwrite memory. */
const MOST_CHANNELS = 8192;

/**
 * Mean (or Sum) over neighbouring axes other than the last ones, as average pooling.
 *
 * The stock kernels transpose such a tensor first and then add up in a scalar loop.
 */
export function reduceByPooling(
  name: 'Mean' | 'Sum',
): (stock: Kernel<Inputs, Attributes>) => Kernel<Inputs, Attributes> {
  return (stock) => (call) => {
    const block = reducedBlock(call.inputs.x, call.attrs.axis);
    if (!block) {
      return stock(call);
    }
    const result = poolBlock(call, block);
    if (name === 'Sum') {
      const values = valuesOf(call.backend, result);
      values.forEach((value, index) => (values[index] = value * block.length));
    }
    return result;
  };
}

/** A tensor seen as [outer, length, inner], to be reduced over `length`. */
interface Block {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
  readonly axes: number[];
}

function reducedBlock({ shape, dtype }: tf.TensorInfo, axis: number | number[]): Block | undefined {
  const axes = tf.util.parseAxisParam(axis, shape).sort((a, b) => a - b);
  const [first] = axes;
  if (dtype !== 'float32' || axes.some((value, index) => value !== first + index)) {
    return undefined;
  }
  const size = (from: number, to?: number) => tf.util.sizeFromShape(shape.slice(from, to));
  const end = first + axes.length;
  const block = { outer: size(0, first), length: size(first, end), inner: size(end), axes };
  const worthwhile = block.length > 1 && block.inner > 1 && block.inner <= MOST_CHANNELS;
  return worthwhile && block.outer > 0 ? block : undefined;
}

function poolBlock(
  { inputs: { x }, attrs, backend }: KernelCall<Inputs, Attributes>,
  { outer, length, inner, axes }: Block,
): tf.TensorInfo {
  const result = run(
    backend,
    'AvgPool',
    { x: reshaped(x, [outer, length, 1, inner]) },
    { filterSize: [length, 1], strides: [1, 1], pad: 'valid' },
  );
  const kept = x.shape.filter((_, index) => !axes.includes(index));
  result.shape = attrs.keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
  return result;
}

import * as tf from '@tensorflow/tfjs';

import { addressOf, allocate, type Kernel } from './backend';
import { simd } from './simd';

type SplitInputs = Readonly<Record<'x', tf.TensorInfo>>;
interface SplitAttributes {
  readonly numOrSizeSplits: number | number[];
  readonly axis: number;
}

/** SplitV, the gradient of a concatenation, in one pass; the stock kernel copies the whole input for every part. */
export function onePassSplit(
  stock: Kernel<SplitInputs, SplitAttributes>,
): Kernel<SplitInputs, SplitAttributes> {
  return (call) => {
    const { inputs, attrs, backend } = call;
    const { shape, dtype } = inputs.x;
    if (dtype !== 'float32') {
      return stock(call);
    }
    const [axis] = tf.util.parseAxisParam(attrs.axis, shape);
    const sizes = tf.backend_util.prepareSplitSize(
      { shape } as tf.Tensor,
      attrs.numOrSizeSplits,
      axis,
    );
    const rows = tf.util.sizeFromShape(shape.slice(0, axis));
    const inner = tf.util.sizeFromShape(shape.slice(axis + 1));
    let start = 0;
    return sizes.map((size) => {
      const part = allocate(backend, [...shape.slice(0, axis), size, ...shape.slice(axis + 1)]);
      simd(backend).copyColumns({
        source: addressOf(backend, inputs.x) + 4 * start,
        target: addressOf(backend, part),
        rows,
        columns: size * inner,
        sourcePitch: shape[axis] * inner,
        targetPitch: size * inner,
      });
      start += size * inner;
      return part;
    });
  };
}

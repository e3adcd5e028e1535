import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { addressOf, allocate, type Kernel } from './backend';
import { simd } from './simd';

type SplitInputs = Readonly<Record<'x', tf.TensorInfo>>;
interface SplitAttributes {
  readonly numOrSizeSplits: number | number[];
  readonly axis: number;
}
type SplitKernel = Kernel<SplitInputs, SplitAttributes>;

type ConcatInputs = Readonly<Record<string, tf.TensorInfo>>;
type ConcatKernel = Kernel<ConcatInputs, Readonly<Record<'axis', number>>>;

/** SplitV, the gradient of a concatenation, in one pass; the stock kernel copies the whole input for every part. */
export function onePassSplit(stock: SplitKernel): SplitKernel {
  return (call) => {
    const { inputs, attrs, backend } = call;
    const { shape, dtype } = inputs.x;
    if (dtype !== 'float32') {
      return stock(call);
    }
    const [axis] = tf.util.parseAxisParam(attrs.axis, shape);
    const whole = { shape } as tf.Tensor;
    const sizes = tf.backend_util.prepareSplitSize(whole, attrs.numOrSizeSplits, axis);
    const parts = sizes.map((size) =>
      allocate(backend, [...shape.slice(0, axis), size, ...shape.slice(axis + 1)]),
    );
    eachPart(inputs.x, parts, axis, ({ start, part, ...size }) =>
      copyColumns(backend, { tensor: inputs.x, start }, { tensor: part, start: 0 }, size),
    );
    return parts;
  };
}

/** Concat in one pass; the stock kernel makes a view for every row of every part. */
export function onePassConcat(stock: ConcatKernel): ConcatKernel {
  return (call) => {
    const { inputs, attrs, backend } = call;
    const parts = Object.values(inputs);
    if (parts.some(({ dtype }) => dtype !== 'float32')) {
      return stock(call);
    }
    const shapes = parts.map(({ shape }) => shape);
    const [axis] = tf.util.parseAxisParam(attrs.axis, shapes[0]);
    tf.backend_util.assertParamsConsistent(shapes, axis);
    const whole = allocate(backend, tf.backend_util.computeOutShape(shapes, axis));
    eachPart(whole, parts, axis, ({ start, part, ...size }) =>
      copyColumns(backend, { tensor: part, start: 0 }, { tensor: whole, start }, size),
    );
    return whole;
  };
}

/** A part of a tensor along an axis: `columns` floats in each of `rows` rows, from `start` on. */
interface Part {
  readonly part: tf.TensorInfo;
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
}

function eachPart(
  whole: tf.TensorInfo,
  parts: readonly tf.TensorInfo[],
  axis: number,
  act: (part: Part) => void,
): void {
  const rows = tf.util.sizeFromShape(whole.shape.slice(0, axis));
  let start = 0;
  for (const part of parts) {
    const columns = tf.util.sizeFromShape(part.shape.slice(axis));
    act({ part, start, rows, columns });
    start += columns;
  }
}

interface Place {
  readonly tensor: tf.TensorInfo;
  /** Floats before the first column. */
  readonly start: number;
}

/** Copies columns between two tensors with the same number of rows. */
function copyColumns(
  backend: BackendWasm,
  from: Place,
  to: Place,
  { rows, columns }: Pick<Part, 'rows' | 'columns'>,
): void {
  const pitch = ({ tensor }: Place) => tf.util.sizeFromShape(tensor.shape) / rows;
  simd(backend).copyColumns({
    source: addressOf(backend, from.tensor) + 4 * from.start,
    target: addressOf(backend, to.tensor) + 4 * to.start,
    rows,
    columns,
    sourcePitch: pitch(from),
    targetPitch: pitch(to),
  });
}

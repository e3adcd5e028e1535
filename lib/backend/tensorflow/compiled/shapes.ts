import * as tf from '@tensorflow/tfjs';

import { type Attribute, type Attributes, FLOAT, type Output, outputOf, type Ref } from './graph';

type Shape4D = [number, number, number, number];
type Pair = [number, number];

/** Computes types and shapes of the outputs of an operation from its inputs. */
type Inference = (inputs: readonly Ref[], attributes: Attributes) => readonly Output[];

/**
 * Types and shapes of the outputs of an operation; undefined for one that is not known here.
 *
 * With them a step can be recorded without computing anything. Known are the operations whose results are as large as a
 * layer.
 */
export function inferOutputs(
  operation: string,
  inputs: readonly Ref[],
  attributes: Attributes,
): readonly Output[] | undefined {
  const inference: Inference | undefined = INFERENCES[operation];
  return inference?.(inputs, attributes);
}

const asFirst: Inference = ([first]) => [outputOf(first)];

const broadcast: Inference = ([first, second]) => {
  const [a, b] = [first, second].map((ref) => [...outputOf(ref).shape]);
  const shape = tf.backend_util.assertAndGetBroadcastShape(a, b);
  return [{ dtype: outputOf(first).dtype, shape }];
};

/** An output whose shape is the numbers of a constant input. */
const asGiven =
  (shapeInput: number, typeInput: number): Inference =>
  (inputs) => [{ dtype: outputOf(inputs[typeInput]).dtype, shape: numbersOf(inputs[shapeInput]) }];

const convolution: Inference = ([images, filter], attributes) => {
  const { strides, pad } = windowOf(attributes);
  const [a, b] = [images, filter].map((ref) => outputOf(ref).shape as Shape4D);
  const { outShape } = tf.backend_util.computeConv2DInfo(a, b, strides, 1, pad);
  return [{ dtype: outputOf(images).dtype, shape: outShape }];
};

const pooling: Inference = ([images], attributes) => {
  const { strides, pad } = windowOf(attributes);
  const { dtype, shape } = outputOf(images);
  const [, height, width] = listOf(attributes.ksize);
  const kernel: Pair = [height, width];
  const { outShape } = tf.backend_util.computePool2DInfo(shape as Shape4D, kernel, strides, 1, pad);
  return [{ dtype, shape: outShape }];
};

const batchNorm: Inference = ([images]) => [
  outputOf(images),
  ...[1, 2, 3, 4].map(() => ({ dtype: FLOAT, shape: [outputOf(images).shape[3]] })),
  { dtype: FLOAT, shape: [0] },
];

const batchNormGradient: Inference = ([, images]) => [
  outputOf(images),
  ...[1, 2].map(() => ({ dtype: FLOAT, shape: [outputOf(images).shape[3]] })),
  ...[3, 4].map(() => ({ dtype: FLOAT, shape: [0] })),
];

const concatenation: Inference = (inputs) => {
  const values = inputs.slice(0, -1).map(outputOf);
  const [{ dtype, shape: first }] = values;
  const [axis] = tf.util.parseAxisParam(numbersOf(inputs[inputs.length - 1]), [...first]);
  const shape = tf.backend_util.computeOutShape(
    values.map((value) => [...value.shape]),
    axis,
  );
  return [{ dtype, shape }];
};

const transposition: Inference = ([x, permutation]) => {
  const { dtype, shape } = outputOf(x);
  return [{ dtype, shape: numbersOf(permutation).map((axis) => shape[axis]) }];
};

const INFERENCES: Readonly<Record<string, Inference>> = {
  Relu: asFirst,
  ReluGrad: asFirst,
  Square: asFirst,
  MaxPoolGrad: asFirst,
  Add: broadcast,
  AddV2: broadcast,
  Sub: broadcast,
  Mul: broadcast,
  Conv2D: convolution,
  Conv2DBackpropInput: asGiven(0, 2),
  Conv2DBackpropFilter: asGiven(1, 2),
  MaxPool: pooling,
  AvgPool: pooling,
  AvgPoolGrad: asGiven(0, 1),
  FusedBatchNormV3: batchNorm,
  FusedBatchNormGradV3: batchNormGradient,
  ConcatV2: concatenation,
  Reshape: asGiven(1, 0),
  Transpose: transposition,
  Slice: asGiven(2, 0),
};

/** Strides and padding of a window, as TensorFlow.js has them. */
function windowOf({ strides, padding }: Attributes): { strides: Pair; pad: 'same' | 'valid' } {
  const [, vertical, horizontal] = listOf(strides);
  const isSame = 's' in padding && padding.s === 'SAME';
  return { strides: [vertical, horizontal], pad: isSame ? 'same' : 'valid' };
}

function listOf(attribute: Attribute): readonly number[] {
  return 'list' in attribute ? (attribute.list.i ?? []) : [];
}

/** The numbers of a constant. */
function numbersOf({ node }: Ref): number[] {
  const { value } = node.attributes;
  if (!value || !('tensor' in value)) {
    // A list of equal numbers is kept as its length and one of them.
    return fillOf(node.inputs);
  }
  const { tensorContent: bytes } = value.tensor;
  // A copy, so that it lies where 32-bit numbers may.
  return [...new Int32Array(Uint8Array.from(bytes).buffer)];
}

function fillOf([lengths, element]: readonly Ref[]): number[] {
  const [length] = numbersOf(lengths);
  return new Array<number>(length).fill(numbersOf(element)[0]);
}

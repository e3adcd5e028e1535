import { type Attribute, type Attributes, FLOAT, type Output, outputOf, type Ref } from './graph';

type Shape = readonly number[];

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
  const { dtype, shape: a } = outputOf(first);
  const { shape: b } = outputOf(second);
  const rank = Math.max(a.length, b.length);
  const shape = Array.from({ length: rank }, (_, i) => {
    const [sizeA, sizeB] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    return sizeA === 1 ? sizeB : sizeA;
  });
  return [{ dtype, shape }];
};

/** An output whose shape is the numbers of a constant input. */
const asGiven =
  (shapeInput: number, typeInput: number): Inference =>
  (inputs) => [{ dtype: outputOf(inputs[typeInput]).dtype, shape: numbersOf(inputs[shapeInput]) }];

const convolution: Inference = ([images, filter], attributes) => {
  const [height, width, , depth] = outputOf(filter).shape;
  return [slid(outputOf(images), [height, width], depth, attributes)];
};

const pooling: Inference = ([images], attributes) => {
  const output = outputOf(images);
  const [, height, width] = listOf(attributes.ksize);
  return [slid(output, [height, width], output.shape[3], attributes)];
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
  const [{ dtype, shape }] = values;
  const axis = (numbersOf(inputs[inputs.length - 1])[0] + shape.length) % shape.length;
  const length = values.reduce((sum, value) => sum + value.shape[axis], 0);
  return [{ dtype, shape: shape.map((size, i) => (i === axis ? length : size)) }];
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

/** What a window leaves of images [batch, height, width, depth]. */
function slid(
  { dtype, shape }: Output,
  [height, width]: Shape,
  depth: number,
  { strides, padding }: Attributes,
): Output {
  const [, vertical, horizontal] = listOf(strides);
  const isSame = 's' in padding && padding.s === 'SAME';
  const length = (size: number, kernel: number, stride: number) =>
    Math.ceil((isSame ? size : size - kernel + 1) / stride);
  const grid = [length(shape[1], height, vertical), length(shape[2], width, horizontal)];
  return { dtype, shape: [shape[0], ...grid, depth] };
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

/**
 * The shape in which PyTorch holds one of our tensors.
 *
 * Convolution kernels [height, width, in, out] become [out, in, height, width], the classifier's [in, out] becomes
 * [out, in]; everything else has one dimension and stays.
 */
export function pytorchShape(shape: readonly number[]): readonly number[] {
  const [height, width, inputs, outputs] = shape;
  switch (shape.length) {
    case 4:
      return [outputs, inputs, height, width];
    case 2:
      return [width, height];
    default:
      return shape;
  }
}

/** Values in PyTorch's layout in ours, which has the given shape. */
export function fromPytorch(values: Float32Array, shape: readonly number[]): Float32Array {
  const result = new Float32Array(values.length);
  forEachPair(shape, (ours, theirs) => (result[ours] = values[theirs]));
  return result;
}

/** Values of ours with the given shape in PyTorch's layout. */
export function toPytorch(values: Float32Array, shape: readonly number[]): Float32Array {
  const result = new Float32Array(values.length);
  forEachPair(shape, (ours, theirs) => (result[theirs] = values[ours]));
  return result;
}

/** Calls back with the flat index of every element in our layout and in PyTorch's. */
function forEachPair(
  shape: readonly number[],
  visit: (ours: number, theirs: number) => void,
): void {
  const outputs = shape.length > 1 ? shape[shape.length - 1] : 1;
  const inputs = shape.length > 1 ? shape[shape.length - 2] : shape[0];
  const positions = shape.length === 4 ? shape[0] * shape[1] : 1;
  let ours = 0;
  for (let position = 0; position < positions; position++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        visit(ours++, (output * inputs + input) * positions + position);
      }
    }
  }
}

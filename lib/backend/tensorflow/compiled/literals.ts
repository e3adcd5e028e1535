import type { DataId } from '@tensorflow/tfjs';

import { LabError } from '../../../errors';
import type { NodeBackend, TensorData } from '../nodeBackend';
import { BOOL, bytesOf, FLOAT, type Graph, INT32, type Ref } from './graph';

type Numbers = Float32Array | Int32Array | Uint8Array;

/** Shapes, axes and permutations are shorter; longer lists of whole numbers are data. */
const LONGEST_LIST = 64;

/**
 * Numbers that a step gives to TensorFlow from JavaScript, as a constant.
 *
 * Only what is the same at every step may be one: a single number or equal numbers (TensorFlow.js makes ones and zeros
 * so), and short lists of whole numbers. Throws a LabError for anything else; `user` is the operation that wants it.
 */
export function literal(graph: Graph, backend: NodeBackend, dataId: DataId, user: string): Ref {
  const data = backend.tensorMap.get(dataId);
  const numbers = numbersOf(backend, data, user);
  const isUniform = numbers.every((value) => Object.is(value, numbers[0]));
  if (isUniform && numbers.length > 1) {
    return graph.fill(data.dtype, data.shape, bytesOf(numbers.slice(0, 1)));
  }
  if (!isUniform && (data.dtype === FLOAT || numbers.length > LONGEST_LIST)) {
    throw new LabError(
      `"${user}" uses ${numbers.length} numbers [${data.shape.join(', ')}] made in JavaScript within the step: ` +
        'a compiled step would repeat these very numbers for ever (this is how the masks of tf.dropout and tf.random* ' +
        'would freeze). Pass them as a feed, or make them with an operation of TensorFlow.',
    );
  }
  return graph.constant(data.dtype, data.shape, bytesOf(numbers));
}

function numbersOf(backend: NodeBackend, { dtype, values, id }: TensorData, user: string): Numbers {
  const numbers = values ?? backend.binding.tensorDataSync(id);
  switch (dtype) {
    case FLOAT:
      return Float32Array.from(numbers);
    case INT32:
      return Int32Array.from(numbers);
    case BOOL:
      return Uint8Array.from(numbers);
    default:
      throw new LabError(
        `"${user}" uses a tensor of TensorFlow's type ${dtype}: a compiled step knows float32, int32 and bool.`,
      );
  }
}

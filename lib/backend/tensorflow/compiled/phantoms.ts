import type * as tf from '@tensorflow/tfjs';
import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';

import type { NodeBackend, TensorData } from '../nodeBackend';
import { elements, FLOAT, INT32, type Output } from './graph';

/** TensorFlow's number of a tensor that has a type and a shape and nothing in it. */
const NO_TENSOR = -1;

/** A tensor without content: recording a step needs its type and shape only. */
export function phantom(backend: NodeBackend, { dtype, shape }: Output): tf.Tensor {
  return backend.createOutputTensor({ id: NO_TENSOR, shape: [...shape], dtype });
}

/** Whether a tensor has no content. */
export function isPhantom(data: TensorData): boolean {
  return data.id === NO_TENSOR && data.values === null;
}

/**
 * Finds out types and shapes of the outputs of an operation by running it, with zeros for what has no content.
 *
 * Nothing of it stays in memory.
 */
export function outputsByRunning(
  backend: NodeBackend,
  operation: string,
  attributes: TFEOpAttr[],
  inputs: readonly tf.TensorInfo[],
  outputs: number,
): Output[] {
  const { binding } = backend;
  const zeros: number[] = [];
  const ids = inputs.map((input) => {
    const data = backend.tensorMap.get(input.dataId);
    if (!isPhantom(data)) {
      return backend.getInputTensorIds([input])[0];
    }
    const id = binding.createTensor([...input.shape], data.dtype, zerosOf(data));
    zeros.push(id);
    return id;
  });
  const results = binding.executeOp(operation, attributes, ids, outputs);
  [...zeros, ...results.map(({ id }) => id)].forEach((id) => binding.deleteTensor(id));
  return results.map(({ dtype, shape }) => ({ dtype, shape }));
}

function zerosOf({ dtype, shape }: TensorData): Float32Array | Int32Array | Uint8Array {
  const length = elements(shape);
  switch (dtype) {
    case FLOAT:
      return new Float32Array(length);
    case INT32:
      return new Int32Array(length);
    default:
      return new Uint8Array(length);
  }
}

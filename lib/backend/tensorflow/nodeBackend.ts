import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { TFEOpAttr, TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';

import type { Recorder } from './compiled/recorder';

/** What the native backend knows of a tensor; `values` are numbers that TensorFlow has not been given yet. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly id: number;
  readonly values: ArrayLike<number> | null;
}

/** The parts of tfjs-node's backend that the kit builds on; half of them are not in its published types. */
export interface NodeBackend {
  readonly binding: TFJSBinding;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: { get(dataId: DataId): TensorData };
  /** Runs any TensorFlow operation by its name. */
  executeSingleOutput(name: string, attributes: TFEOpAttr[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: TFEOpAttr[],
    inputs: TensorInfo[],
    outputs: number,
  ): Tensor[];
  readSync(dataId: DataId): Float32Array | Int32Array | Uint8Array;
  read(dataId: DataId): Promise<Float32Array | Int32Array | Uint8Array>;
  write(values: ArrayLike<number>, shape: number[], dtype: tf.DataType): DataId;
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  createOutputTensor(metadata: { id: number; shape: number[]; dtype: number }): Tensor;
  /** Present while a step is being recorded. */
  recorder?: Recorder;
}

/** The native backend. Call it only when that is the active one. */
export function nodeBackend(): NodeBackend {
  return tf.backend() as unknown as NodeBackend;
}

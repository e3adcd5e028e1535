import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What a kernel is called with; `tf.TensorInfo` is a handle to float32 values on the wasm heap. */
export interface KernelCall<Inputs, Attributes = object> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
}

/** A kernel of the wasm backend. */
export type Kernel<Inputs, Attributes> = (
  call: KernelCall<Inputs, Attributes>,
) => tf.TensorInfo | tf.TensorInfo[];

/** Registers a kernel that the wasm backend lacks, or puts it in the place of the stock one. */
export function registerKernel<Inputs, Attributes>(
  kernelName: string,
  kernel: Kernel<Inputs, Attributes>,
): void {
  const stock = stockConfig(kernelName);
  if (stock) {
    tf.unregisterKernel(kernelName, 'wasm');
  }
  // The stock set-up function stays: it binds the C++ function that a wrapped kernel still calls.
  const kernelFunc = kernel as unknown as tf.KernelFunc;
  tf.registerKernel({ ...stock, kernelName, backendName: 'wasm', kernelFunc });
}

/** Replaces a stock kernel by one made from it. Throws if there is no stock kernel of that name. */
export function wrapKernel<Inputs, Attributes>(
  kernelName: string,
  wrap: (stock: Kernel<Inputs, Attributes>) => Kernel<Inputs, Attributes>,
): void {
  const stock = stockConfig(kernelName);
  if (!stock) {
    throw new Error(`The wasm backend has no kernel ${kernelName} to build on.`);
  }
  registerKernel(kernelName, wrap(stock.kernelFunc as unknown as Kernel<Inputs, Attributes>));
}

/** Whether the wasm backend has a kernel of that name. */
export function isRegistered(kernelName: string): boolean {
  return stockConfig(kernelName) !== undefined;
}

/** The library's types hide that there may be none. */
function stockConfig(kernelName: string): tf.KernelConfig | undefined {
  return tf.getKernel(kernelName, 'wasm');
}

/** Runs a registered kernel with one output, without the engine: nobody but the caller disposes of the result. */
export function run(
  backend: BackendWasm,
  kernelName: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attributes: object = {},
): tf.TensorInfo {
  const { kernelFunc } = tf.getKernel(kernelName, 'wasm');
  const attrs = attributes as unknown as tf.NamedAttrMap;
  return kernelFunc({ inputs: { ...inputs }, attrs, backend }) as tf.TensorInfo;
}

/** New float32 values on the heap, NOT initialised. */
export function allocate(backend: BackendWasm, shape: readonly number[]): tf.TensorInfo {
  return backend.makeOutput([...shape], 'float32');
}

/** New float32 values with the given content. */
export function tensorOf(
  backend: BackendWasm,
  content: ArrayLike<number>,
  shape: readonly number[] = [content.length],
): tf.TensorInfo {
  const tensor = allocate(backend, shape);
  valuesOf(backend, tensor).set(content);
  return tensor;
}

/**
 * A tensor's values, in place.
 *
 * Any allocation may grow the heap, which detaches every view: take views after the last allocation. Write only to
 * tensors that the kernel has just made: XNNPACK keeps a packed copy of filters and right operands by tensor id.
 */
export function valuesOf(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/** Where a tensor's values begin on the heap, in bytes; stays valid when the heap grows. */
export function addressOf(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.getMemoryOffset(tensor.dataId);
}

/** The same values under another shape; not a new tensor, so not to be disposed of. */
export function reshaped(tensor: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
}

/** The same values as one more tensor that is disposed of by itself. */
export function shared(backend: BackendWasm, tensor: tf.TensorInfo): tf.TensorInfo {
  backend.incRef(tensor.dataId);
  return reshaped(tensor, tensor.shape);
}

/** Frees tensors that a kernel made for its own use. */
export function dispose(backend: BackendWasm, ...tensors: readonly tf.TensorInfo[]): void {
  tensors.forEach(({ dataId }) => backend.disposeData(dataId));
}

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { SIMD_BINARY, SIMD_PARAMETERS } from './simdBinary';

type Name = keyof typeof SIMD_PARAMETERS;
type Parameters<N extends Name> = Readonly<Record<(typeof SIMD_PARAMETERS)[N][number], number>>;

/** The hand-written kernels of assembly/, called with named arguments; nothing checks the addresses. */
export type SimdKernels = {
  readonly [N in Name]: (
    parameters: Parameters<N>,
  ) => N extends `sizeOf${string}` ? number : undefined;
};

const instances = new WeakMap<BackendWasm, SimdKernels>();

/** The SIMD kernels on a backend's own heap; compiled once per backend. */
export function simd(backend: BackendWasm): SimdKernels {
  const known = instances.get(backend);
  if (known) {
    return known;
  }
  const kernels = instantiate(heapOf(backend) as WebAssembly.Memory);
  instances.set(backend, kernels);
  return kernels;
}

/** Whether this machine's WebAssembly has the instructions of the SIMD kernels. */
export function hasSimd(): boolean {
  return WebAssembly.validate(moduleBytes());
}

/** The memory that a backend keeps its tensors in, or undefined where it hides it or shares it with threads. */
export function heapOf(backend: object): WebAssembly.Memory | undefined {
  const { wasm } = backend as { wasm?: { asm?: { memory?: unknown } } };
  const memory = wasm?.asm?.memory;
  const isPlain = memory instanceof WebAssembly.Memory && memory.buffer instanceof ArrayBuffer;
  return isPlain ? memory : undefined;
}

type Exports = Readonly<Record<string, (...values: number[]) => number | undefined>>;

function instantiate(memory: WebAssembly.Memory): SimdKernels {
  const compiled = new WebAssembly.Module(moduleBytes());
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const kernels = Object.entries(SIMD_PARAMETERS).map(([name, parameters]) => {
    const kernel = (exports as Exports)[name];
    const call = (values: Readonly<Record<string, number>>) =>
      kernel(...parameters.map((parameter) => values[parameter]));
    return [name, call];
  });
  return Object.fromEntries(kernels) as SimdKernels;
}

function moduleBytes(): Buffer<ArrayBuffer> {
  return Buffer.from(SIMD_BINARY, 'base64');
}

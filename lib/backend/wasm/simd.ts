import v8 from 'node:v8';

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { SIMD_BINARIES, SIMD_PARAMETERS } from './simdBinary';

type Name = keyof typeof SIMD_PARAMETERS;
type Parameters<N extends Name> = Readonly<Record<(typeof SIMD_PARAMETERS)[N][number], number>>;

/** The hand-written kernels of assembly/, called with named arguments; nothing checks the addresses. */
export type SimdKernels = {
  readonly [N in Name]: (
    parameters: Parameters<N>,
  ) => N extends `sizeOf${string}` ? number : undefined;
};

/** `fused` has multiply-add in one instruction, which rounds once and not twice. */
export type SimdVariant = keyof typeof SIMD_BINARIES;

const instances = new WeakMap<BackendWasm, SimdKernels>();

/** The SIMD kernels on a backend's own heap; compiled once per backend. */
export function simd(backend: BackendWasm): SimdKernels {
  const known = instances.get(backend);
  if (known) {
    return known;
  }
  const [best] = simdVariants();
  const kernels = instantiate(best, heapOf(backend) as WebAssembly.Memory);
  instances.set(backend, kernels);
  return kernels;
}

/** The variants that this machine's WebAssembly can run, the faster one first; none without SIMD. */
export function simdVariants(): SimdVariant[] {
  enableRelaxedSimd();
  return (['fused', 'plain'] as const).filter((variant) =>
    WebAssembly.validate(moduleBytes(variant)),
  );
}

/** Node 20 has these instructions but keeps them behind a flag; later ones need none. */
function enableRelaxedSimd(): void {
  if (/^2[01]\./.test(process.versions.node)) {
    v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
}

/** The memory that a backend keeps its tensors in, or undefined where it hides it or shares it with threads. */
export function heapOf(backend: object): WebAssembly.Memory | undefined {
  const { wasm } = backend as { wasm?: { asm?: { memory?: unknown } } };
  const memory = wasm?.asm?.memory;
  const isPlain = memory instanceof WebAssembly.Memory && memory.buffer instanceof ArrayBuffer;
  return isPlain ? memory : undefined;
}

type Exports = Readonly<Record<string, (...values: number[]) => number | undefined>>;

/** A variant of the kernels on any memory. Throws what WebAssembly throws where the machine cannot run it. */
export function instantiate(variant: SimdVariant, memory: WebAssembly.Memory): SimdKernels {
  const compiled = new WebAssembly.Module(moduleBytes(variant));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const kernels = Object.entries(SIMD_PARAMETERS).map(([name, parameters]) => {
    const kernel = (exports as Exports)[name];
    const call = (values: Readonly<Record<string, number>>) =>
      kernel(...parameters.map((parameter) => values[parameter]));
    return [name, call];
  });
  return Object.fromEntries(kernels) as SimdKernels;
}

function moduleBytes(variant: SimdVariant): Buffer<ArrayBuffer> {
  return Buffer.from(SIMD_BINARIES[variant], 'base64');
}

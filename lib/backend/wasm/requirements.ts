import * as tf from '@tensorflow/tfjs';
import { version_wasm as version } from '@tensorflow/tfjs-backend-wasm';

import { LabError } from '../../errors';
import { heapOf, simdVariants } from './simd';

/** The kernels here use the backend's internals, which its versions are free to change. */
const PINNED_VERSION = '4.22.0';

const METHODS = [
  'makeOutput',
  'typedArrayFromHeap',
  'getMemoryOffset',
  'incRef',
  'disposeData',
] as const;

const STOCK_KERNELS = [
  'AvgPool',
  'Concat',
  'Conv2D',
  'FusedBatchNorm',
  'FusedConv2D',
  'Identity',
  'Mean',
  'SplitV',
  'Sum',
] as const;

/**
 * Throws a LabError unless the active backend is wasm, in the pinned version, with all that the kernels build on, on a
 * machine whose WebAssembly has SIMD.
 */
export function requireWasmBackend(): void {
  if (tf.getBackend() !== 'wasm') {
    throw new LabError(
      `The active backend is "${tf.getBackend()}", expected "wasm": ` +
        `await tf.setBackend('wasm') and tf.ready() first.`,
    );
  }
  if (simdVariants().length === 0) {
    throw new LabError(
      `The WebAssembly of Node ${process.versions.node} on this machine has no SIMD instructions, which the training ` +
        `kernels need: use Node 20.9 or newer on a processor with SSE4.1 or NEON, or the tensorflow backend.`,
    );
  }
  const missing = missingParts(tf.backend());
  if (version !== PINNED_VERSION || missing.length > 0) {
    const lack = missing.length > 0 ? ` and lacks ${missing.join(', ')}` : '';
    throw new LabError(
      `@tensorflow/tfjs-backend-wasm is version ${version}${lack}: ` +
        `the training kernels need exactly ${PINNED_VERSION}; run npm ci.`,
    );
  }
}

/** What a backend object lacks of the methods, the memory and the stock kernels that the kernels here use. */
export function missingParts(backend: object): string[] {
  const methods = METHODS.filter((name) => !(name in backend)).map((name) => `backend.${name}`);
  const registered = new Set(tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
  const kernels = STOCK_KERNELS.filter((name) => !registered.has(name));
  const heap = heapOf(backend) ? [] : ['backend.wasm.asm.memory'];
  return [...methods, ...heap, ...kernels.map((name) => `the kernel ${name}`)];
}

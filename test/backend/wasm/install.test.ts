import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { installWasmKernels } from '../../../lib/backend/wasm/install';
import { missingParts } from '../../../lib/backend/wasm/requirements';
import { LabError } from '../../../lib/errors';
import { useWasm } from './useWasm';

beforeAll(useWasm);
afterAll(useWasm);

describe('installation of the wasm kernels', () => {
  it('does nothing the second time', () => {
    const warn = vi.spyOn(console, 'warn');
    const before = tf.getKernelsForBackend('wasm').map(({ kernelFunc }) => kernelFunc);
    installWasmKernels();
    const after = tf.getKernelsForBackend('wasm').map(({ kernelFunc }) => kernelFunc);
    expect(after).toEqual(before);
    expect(warn).not.toHaveBeenCalled();
  });

  it('refuses another backend and says what to do', async () => {
    await tf.setBackend('cpu');
    expect(installWasmKernels).toThrow(LabError);
    expect(installWasmKernels).toThrow(/active backend is "cpu", expected "wasm".*setBackend/);
    await useWasm();
  });

  it('names what a backend lacks', () => {
    expect(missingParts(tf.backend())).toEqual([]);
    const pool = tf.getKernel('AvgPool', 'wasm');
    tf.unregisterKernel('AvgPool', 'wasm');
    const methods = { incRef: true, disposeData: true, makeOutput: true, getMemoryOffset: true };
    const memory = new WebAssembly.Memory({ initial: 1 });
    expect(missingParts({ ...methods, wasm: { asm: { memory } } })).toEqual([
      'backend.typedArrayFromHeap',
      'the kernel AvgPool',
    ]);
    expect(installWasmKernels).toThrow(
      /version 4\.22\.0 and lacks the kernel AvgPool.*exactly 4\.22\.0/,
    );
    tf.registerKernel(pool);
  });

  it.each([
    ['hides it', {}],
    ['names it otherwise', { memory: new ArrayBuffer(8) }],
    [
      'shares it with threads',
      { memory: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }) },
    ],
  ])('misses the memory of a backend that %s', (_, asm) => {
    expect(missingParts({ wasm: { asm } })).toContain('backend.wasm.asm.memory');
  });

  it('refuses a machine without SIMD and says what to do', () => {
    const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    expect(installWasmKernels).toThrow(LabError);
    expect(installWasmKernels).toThrow(/no SIMD instructions.*Node 20\.9 or newer.*tensorflow/);
    validate.mockRestore();
  });
});

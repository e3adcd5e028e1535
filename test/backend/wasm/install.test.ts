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
    const step = tf.getKernel('Step', 'wasm');
    tf.unregisterKernel('Step', 'wasm');
    expect(missingParts({ incRef: true, disposeData: true, makeOutput: true })).toEqual([
      'backend.typedArrayFromHeap',
      'the kernel Step',
    ]);
    expect(installWasmKernels).toThrow(
      /version 4\.22\.0 and lacks the kernel Step.*exactly 4\.22\.0/,
    );
    tf.registerKernel(step);
  });
});

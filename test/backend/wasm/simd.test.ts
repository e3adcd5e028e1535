import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { instantiate, simd, simdVariants } from '../../../lib/backend/wasm/simd';
import { randomValues, relativeError } from './useWasm';

afterEach(() => {
  vi.restoreAllMocks();
});

const PLACES = { x: 1024, mean: 8192, scale: 8448, shift: 8704, y: 16_384 } as const;

/** `normalise` on a memory of its own, against the formula. */
function checkNormalise(kernels: ReturnType<typeof instantiate>, memory: WebAssembly.Memory) {
  const [rows, channels] = [7, 11];
  const x = randomValues([rows, channels], 1).values;
  const [mean, scale, shift] = [2, 3, 4].map((seed) => randomValues([channels], seed).values);
  const heap = new Float32Array(memory.buffer);
  Object.entries({ x, mean, scale, shift }).forEach(([name, values]) =>
    heap.set(values, PLACES[name as keyof typeof PLACES] / 4),
  );
  kernels.normalise({ ...PLACES, rows, channels });
  const expected = x.map((value, i) => {
    const channel = i % channels;
    return (value - mean[channel]) * scale[channel] + shift[channel];
  });
  const y = [...heap.subarray(PLACES.y / 4, PLACES.y / 4 + x.length)];
  expect(relativeError(y, expected)).toBeLessThan(1e-6);
  expect(heap[PLACES.y / 4 + x.length]).toBe(0);
}

/** A product of matrices, [7, 5] times [5, 21], as a 1x1 convolution on a memory of its own. */
function checkProduct(kernels: ReturnType<typeof instantiate>, memory: WebAssembly.Memory) {
  const [positions, depth, channels] = [7, 5, 21];
  const rows = randomValues([positions, depth], 1).values;
  const filter = randomValues([depth, channels], 2).values;
  const heap = new Float32Array(memory.buffer);
  const places = { input: 1024, filter: 4096, panels: 8192, output: 16_384, workspace: 32_768 };
  heap.set(rows, places.input / 4);
  heap.set(filter, places.filter / 4);
  kernels.packFilter({ filter: places.filter, panels: places.panels, rows: depth, channels });
  const one = { images: 1, height: 1, inputImagePitch: 0, inputRowPitch: 0, outputImagePitch: 0 };
  kernels.convolve({
    ...places,
    ...one,
    width: positions,
    channels,
    inputColumnPitch: depth,
    outputRowPitch: 0,
    outputColumnPitch: channels,
    filterRows: 1,
    filterRowPitch: 0,
    rowLength: depth,
  });
  const expected = Array.from({ length: positions * channels }, (_, i) => {
    const [row, channel] = [Math.floor(i / channels), i % channels];
    const products = filter.filter((__, place) => place % channels === channel);
    return products.reduce((sum, value, k) => sum + value * rows[row * depth + k], 0);
  });
  const end = places.output / 4 + expected.length;
  expect(relativeError([...heap.subarray(places.output / 4, end)], expected)).toBeLessThan(1e-6);
  expect(heap[end]).toBe(0);
}

describe('the SIMD kernels', () => {
  it.each(simdVariants())('compute in their %s variant', (variant) => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    checkNormalise(instantiate(variant, memory), memory);
    checkProduct(instantiate(variant, memory), memory);
  });

  it('always have the plain variant, and fused multiply-add where it validates', () => {
    expect(simdVariants()).toContain('plain');
    vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(false).mockReturnValueOnce(true);
    expect(simdVariants()).toEqual(['plain']);
  });

  it('fall back to the plain variant on a machine without fused multiply-add', () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(false).mockReturnValueOnce(true);
    const compile = vi.spyOn(WebAssembly, 'Module');
    const memory = new WebAssembly.Memory({ initial: 1 });
    const backend = { wasm: { asm: { memory } } } as unknown as BackendWasm;
    const kernels = simd(backend);
    checkNormalise(kernels, memory);
    expect(simd(backend)).toBe(kernels);
    expect(compile).toHaveBeenCalledOnce();
  });
});

import { fnv1a, mix } from '../data/random';
import { elements } from '../models/parameters';

/** The golden ratio in 32 bits, which spreads the seeds and the indices of a tensor. */
const GOLDEN = 0x9e3779b9;

/** A tensor's hash, from which its values follow: mix(fnv1a(name) + seed * golden ratio), in [0, 2^32). */
export function formulaKey(name: string, seed: number): number {
  return mix((fnv1a(name) + Math.imul(seed, GOLDEN)) | 0) >>> 0;
}

/** The first `count` hashes of a tensor, each in [0, 2^32). */
export function formulaHashes(name: string, seed: number, count: number): number[] {
  const key = formulaKey(name, seed);
  return Array.from({ length: count }, (_, index) => mix((key + Math.imul(index, GOLDEN)) | 0));
}

/**
 * The values of a tensor of the reference, row-major: kernels HWIO, classifiers [in, out], images NHWC.
 *
 * Value i is offset + scale * u, u = mix(key + i * golden ratio) / 2^31 - 1, in double and rounded to float32 once;
 * scale and offset follow from the last part of the name.
 */
export function formulaValues(name: string, shape: readonly number[], seed: number): Float32Array {
  const { offset, scale } = spread(name, shape);
  const values = new Float32Array(elements(shape));
  let state = formulaKey(name, seed);
  for (let index = 0; index < values.length; index++) {
    values[index] = offset + scale * (mix(state) / 2 ** 31 - 1);
    state = (state + GOLDEN) | 0;
  }
  return values;
}

function spread(name: string, shape: readonly number[]): { offset: number; scale: number } {
  switch (name.slice(name.lastIndexOf('/') + 1)) {
    case 'weights':
      return { offset: 0, scale: Math.sqrt(6 / elements(shape.slice(0, -1))) };
    case 'biases':
    case 'beta':
    case 'moving_mean':
      return { offset: 0, scale: 0.1 };
    case 'moving_variance':
      return { offset: 1, scale: 0.5 };
    case 'gamma':
      return { offset: 1, scale: 0.1 };
    default:
      return { offset: 0, scale: 1 };
  }
}

/** FNV-1a over the 32-bit patterns of float32 values, taken as whole words: the reference's checksum. */
export function checksum(values: Float32Array): number {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let hash = 0x811c9dc5;
  for (const word of words) {
    hash = Math.imul(hash ^ word, 0x01000193);
  }
  return hash >>> 0;
}

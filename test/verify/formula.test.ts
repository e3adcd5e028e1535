import { describe, expect, it } from 'vitest';

import { formulaKey, formulaValues } from '../../lib/verify/formula';
import { compareFormula } from '../../lib/verify/formulaVectors';
import { reference } from './reference';

const MASK = 0xffffffffn;

/** The same formula in arbitrary precision, straight from the reference's description. */
function exactMix(x: bigint): bigint {
  x ^= x >> 16n;
  x = (x * 0x85ebca6bn) & MASK;
  x ^= x >> 13n;
  x = (x * 0xc2b2ae35n) & MASK;
  return x ^ (x >> 16n);
}

function exactKey(name: string, seed: number): bigint {
  let hash = 0x811c9dc5n;
  for (const byte of new TextEncoder().encode(name)) {
    hash = ((hash ^ BigInt(byte)) * 0x01000193n) & MASK;
  }
  return exactMix((hash + BigInt(seed) * 0x9e3779b9n) & MASK);
}

describe('the weight formula', () => {
  it('gives the keys, hashes, values, checksums and sums of the reference', () => {
    const { compared, misses } = compareFormula(reference);
    expect(misses).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });

  it.each([0, 2, 123_456, 2 ** 31 - 1, 2 ** 32 - 1, -1])('is exact for seed %i', (seed) => {
    const name = 'InceptionV4/Mixed_5b/Branch_0/Conv2d_0a_1x1/weights';
    const key = exactKey(name, seed >>> 0);
    expect(formulaKey(name, seed)).toBe(Number(key));
    const values = formulaValues(name, [1, 1, 6, 4], seed);
    values.forEach((value, i) => {
      const hash = exactMix((key + BigInt(i) * 0x9e3779b9n) & MASK);
      expect(value).toBe(Math.fround(Number(hash) / 2 ** 31 - 1));
    });
  });

  it('misses when a vector is changed', () => {
    const [first, ...rest] = reference.formula_vectors;
    const { u32_first4: hashes } = first;
    const vectors = [{ ...first, u32_first4: [hashes[0] + 1, ...hashes.slice(1)] }, ...rest];
    const { misses } = compareFormula({ ...reference, formula_vectors: vectors });
    expect(misses.map(({ where }) => where)).toEqual([`${first.name} hash[0]`]);
  });
});

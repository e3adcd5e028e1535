import { Comparison, type Finding } from './comparison';
import { checksum, formulaHashes, formulaKey, formulaValues } from './formula';
import type { Reference } from './schema';

/** Single precision has 24 bits: the file's decimals, rounded to it, are the computed value or its neighbour. */
const ROUNDING = 2 ** -23;

/** Sums in double precision may differ in the order of their terms. */
const SUM_TOLERANCE = 1e-9;

/** Compares the weight formula with the reference's vectors: keys, hashes, values, checksums and sums. */
export function compareFormula({ formula_vectors: vectors, seed }: Reference): Finding {
  const comparison = new Comparison('weight formula');
  for (const { name, shape, key, u32_first4: hashes, ...expected } of vectors) {
    const values = formulaValues(name, shape, seed);
    comparison.equal(`${name} key`, formulaKey(name, seed), key);
    comparison.each(`${name} hash`, formulaHashes(name, seed, hashes.length), hashes, 0);
    comparison.each(
      `${name} first`,
      values.subarray(0, expected.first4.length),
      expected.first4,
      ROUNDING,
    );
    comparison.close(`${name} last`, values[values.length - 1], expected.last, ROUNDING);
    comparison.equal(`${name} checksum`, checksum(values), expected.checksum);
    const sum = values.reduce((total, value) => total + value, 0);
    comparison.close(`${name} sum`, sum, expected.sum_f64, SUM_TOLERANCE * values.length);
  }
  return comparison.finding();
}

/** Multipliers and key increments of Philox4x32-10 (Salmon et al. 2011). */
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
const INCREMENTS = [0x9e3779b9, 0xbb67ae85] as const;
const ROUNDS = 10;
/** The key that TensorFlow scrambles seeds with (stateless_random_ops.cc). */
const SCRAMBLING_KEY = [0x3ec8f720, 0x02461e29] as const;

type Words4 = readonly [number, number, number, number];
type Words2 = readonly [number, number];

/**
 * Uniform numbers in [0, 1) from a seed of two int32, those of TensorFlow's StatelessRandomUniform bit for bit.
 *
 * The seed is scrambled by one run of Philox; then each counter gives four numbers of 23 random bits.
 */
export function philoxUniform([a, b]: Words2, count: number): Float32Array {
  // The seed's words are extended to 64 bits with their sign.
  const [k0, k1, c2, c3] = philox([a, a < 0 ? -1 : 0, b, b < 0 ? -1 : 0], SCRAMBLING_KEY);
  const numbers = new Float32Array(count);
  for (let from = 0, block = 0; from < count; from += 4, block++) {
    const words = philox([block, 0, c2, c3], [k0, k1]);
    for (let i = 0; i < Math.min(4, count - from); i++) {
      numbers[from + i] = (words[i] & 0x7fffff) / 2 ** 23;
    }
  }
  return numbers;
}

/** One run of the generator, on 32-bit words. */
function philox([c0, c1, c2, c3]: Words4, [k0, k1]: Words2): Words4 {
  for (let round = 0; round < ROUNDS; round++) {
    [c0, c1, c2, c3] = [
      highWord(MULTIPLIERS[1], c2) ^ c1 ^ k0,
      Math.imul(MULTIPLIERS[1], c2),
      highWord(MULTIPLIERS[0], c0) ^ c3 ^ k1,
      Math.imul(MULTIPLIERS[0], c0),
    ];
    k0 = (k0 + INCREMENTS[0]) | 0;
    k1 = (k1 + INCREMENTS[1]) | 0;
  }
  return [c0, c1, c2, c3];
}

/** The upper 32 bits of a product of unsigned 32-bit integers; no step exceeds the 53 bits of a double. */
function highWord(a: number, b: number): number {
  const [aHigh, aLow] = [a >>> 16, a & 0xffff];
  const [bHigh, bLow] = [b >>> 16, b & 0xffff];
  const middle = aHigh * bLow + Math.floor((aLow * bLow) / 0x10000);
  const carry = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) | 0;
}

/**
 * A seed for one purpose of a run, e.g. `seedFor(3, 'initial', 'stem/conv1/kernel')`; the only source of randomness.
 *
 * FNV-1a over the words, mixed by murmur3's finaliser: close seeds and names give unrelated numbers, the same on
 * every machine and backend. Returns an integer in [0, 2^31).
 */
export function seedFor(seed: number, ...purpose: readonly (string | number)[]): number {
  return mix(fnv1a([seed, ...purpose].join('/'))) >>> 1;
}

/** FNV-1a over the UTF-8 bytes of a text; a 32-bit integer. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash;
}

/** The finaliser of murmur3: spreads close 32-bit integers over [0, 2^32). */
export function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A stream of uniform numbers in [0, 1) from a seed (mulberry32). */
export function randomStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The numbers 0 to count - 1 in random order (Fisher-Yates). */
export function shuffled(count: number, seed: number): Uint32Array {
  const random = randomStream(seed);
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

import { describe, expect, it } from 'vitest';

import { Comparison } from '../../lib/verify/comparison';

const VALUES = Float32Array.from({ length: 32 }, (_, i) => ((i * 7) % 32) - 12);

/** Moments by their definitions, in another way than the library's: from the sums of powers. */
function recorded(values: Float32Array) {
  const n = values.length;
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value ** 2, 0);
  const std = Math.sqrt(squares / n - (sum / n) ** 2);
  return {
    ...{ mean: sum / n, std, l2: Math.sqrt(squares) },
    probe: [2, 6, 10, 14, 18, 22, 26, 30].map((i) => values[i]),
    first4: [...values.slice(0, 4)],
    last4: [...values.slice(-4)],
    first16: [...values.slice(0, 16)],
    argmax: values.indexOf(Math.max(...values)),
  };
}

function compare(change: object, allowed = 1) {
  const comparison = new Comparison('tensor', allowed);
  comparison.tensor('x', VALUES, { ...recorded(VALUES), ...change });
  return comparison.finding();
}

describe('a tensor', () => {
  const right = recorded(VALUES);
  const tolerance = 1e-5 * right.std;

  it('matches what is recorded of it', () => {
    const { compared, misses, worst } = compare({});
    expect(misses).toEqual([]);
    expect(worst).toBeLessThan(1e-3);
    expect(compared).toBe(3 + 8 + 4 + 4 + 16 + 1);
  });

  it.each([
    ['mean', { mean: right.mean + 1.5 * tolerance }],
    ['std', { std: right.std * (1 + 1.5e-5) }],
    ['l2', { l2: right.l2 * (1 - 1.5e-5) }],
    ['probe[3]', { probe: right.probe.map((value, i) => value + (i === 3 ? 1.5 * tolerance : 0)) }],
    ['first[0]', { first4: [right.first4[0] - 1.5 * tolerance, ...right.first4.slice(1)] }],
    ['last[3]', { last4: [...right.last4.slice(0, 3), right.last4[3] + 1.5 * tolerance] }],
    ['first[1]', { first16: right.first16.map((value, i) => value + (i === 1 ? 1 : 0)) }],
    ['argmax', { argmax: right.argmax + 1 }],
    ['probe[0]', { probe: [NaN, ...right.probe.slice(1)] }],
  ])('misses by its %s', (where, change) => {
    expect(compare(change).misses.map((miss) => miss.where)).toEqual([`x ${where}`]);
  });

  it('may be further off where a backend is allowed more', () => {
    const change = { mean: right.mean + 2.5 * tolerance };
    expect(compare(change, 3).misses).toEqual([]);
    expect(compare(change, 3).worst).toBeCloseTo(2.5, 3);
    expect(compare({ argmax: right.argmax + 1 }, 3).misses).toHaveLength(1);
  });

  it('misses when it is not there, or not finite', () => {
    const comparison = new Comparison('nothing');
    comparison.tensor('x', new Float32Array(), right);
    comparison.tensor('y', new Float32Array(32).fill(NaN), { mean: 0, std: 0, l2: 0 });
    comparison.images('z', [], [right, right]);
    const missed = comparison.finding().misses.map(({ where }) => where);
    expect(missed).toEqual(expect.arrayContaining(['x mean', 'x probe[7]', 'y std', 'z length']));
  });

  it('of zeros equals zeros', () => {
    const comparison = new Comparison('zeros');
    comparison.tensor('x', new Float32Array(8), { mean: 0, std: 0, l2: 0, probe: [0, 0] });
    expect(comparison.finding()).toMatchObject({ worst: 0, misses: [] });
  });
});

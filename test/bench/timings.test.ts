import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { measure, summarise, summariseRatios } from '../../lib/bench/timings';

describe('summarise', () => {
  it('gives the middle one of an odd number of rounds', () => {
    expect(summarise([3, 1, 8])).toEqual({ rounds: 3, min: 1, median: 3, max: 8 });
  });

  it('gives the mean of the two middle ones of an even number', () => {
    expect(summarise([4, 10, 1, 2])).toEqual({ rounds: 4, min: 1, median: 3, max: 10 });
  });

  it('has as many rounds above the median as below, whatever their order', () => {
    const seconds = fc.array(fc.double({ min: 0, max: 1e3, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(seconds, (values) => {
        const before = [...values];
        const { median } = summarise(values);
        const above = values.filter((value) => value > median).length;
        const below = values.filter((value) => value < median).length;
        expect(Math.max(above, below)).toBeLessThanOrEqual(values.length / 2);
        expect(values).toEqual(before);
      }),
    );
  });

  it('has nothing to say about no rounds', () => {
    expect(() => summarise([])).toThrow('expected at least 1');
  });
});

describe('summariseRatios', () => {
  it('compares within a round, so that a slow moment does not count for one side', () => {
    // The median of one side over that of the other would be 0.5.
    expect(summariseRatios([1, 1, 10], [2, 2, 5])).toEqual({
      rounds: 3,
      min: 0.5,
      median: 0.5,
      max: 2,
    });
    expect(summariseRatios([1, 8, 3], [1, 2, 1]).median).toBe(3);
  });

  it('needs the same rounds of both', () => {
    expect(() => summariseRatios([1, 2], [1])).toThrow('2 rounds and 1 of the other');
  });
});

describe('measure', () => {
  it('waits for the end of asynchronous work, and waiting costs no CPU', async () => {
    let done = false;
    const work = () =>
      new Promise<void>((resolve) =>
        setTimeout(() => {
          done = true;
          resolve();
        }, 300),
      );
    const { seconds, cpuSeconds } = await measure(work);
    expect(done).toBe(true);
    // Timers may fire up to a millisecond early.
    expect(seconds).toBeGreaterThan(0.298);
    expect(cpuSeconds).toBeLessThan(seconds);
  });

  it('counts the CPU that work takes', async () => {
    const before = process.cpuUsage();
    const spun = () => {
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const { cpuSeconds } = await measure(() => {
      while (spun() < 50_000);
    });
    expect(cpuSeconds).toBeGreaterThan(0.04);
  });
});

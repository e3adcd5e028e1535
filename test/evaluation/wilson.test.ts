import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { wilsonInterval } from '../../lib/evaluation/wilson';

describe('wilsonInterval', () => {
  it('gives the numbers of published examples', () => {
    // Newcombe (1998), Table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    const published: [number, number, number, number][] = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ];
    for (const [hits, count, low, high] of published) {
      const interval = wilsonInterval(hits, count);
      expect(interval[0]).toBeCloseTo(low, 4);
      expect(interval[1]).toBeCloseTo(high, 4);
    }
  });

  it('ends where the share is 1.96 of its own standard deviations away', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 50_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, at) => {
          const hits = Math.min(count - 1, Math.max(1, Math.round(at * count)));
          for (const end of wilsonInterval(hits, count)) {
            const deviation = Math.sqrt((end * (1 - end)) / count);
            expect(Math.abs(hits / count - end) / deviation).toBeCloseTo(1.959964, 5);
          }
        },
      ),
    );
  });

  it('mirrors misses and hits, and stays within 0 and 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), fc.nat(), (count, number) => {
        const hits = number % (count + 1);
        const [low, high] = wilsonInterval(hits, count);
        const [otherLow, otherHigh] = wilsonInterval(count - hits, count);
        expect(low).toBeCloseTo(1 - otherHigh, 12);
        expect(high).toBeCloseTo(1 - otherLow, 12);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThan(high);
      }),
    );
  });
});

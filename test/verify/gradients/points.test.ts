import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { elements } from '../../../lib/models/parameters';
import { coordinates, samplePoints } from '../../../lib/verify/gradients/points';

const shapes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 });

describe('samplePoints', () => {
  it('holds every corner and both ends of every axis, 32 cells deep', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 0, max: 300 }), fc.nat(), (shape, count, seed) => {
        const points = samplePoints(shape, count, seed);
        const places = [...points].map((point) => coordinates(point, shape));
        expect([...points]).toEqual([...new Set(points)].sort((a, b) => a - b));
        expect(points.length).toBeGreaterThanOrEqual(Math.min(count, elements(shape)));
        expect(Math.max(...points)).toBe(elements(shape) - 1);
        const isCorner = (place: number[]) =>
          place.every((cell, axis) => cell === 0 || cell === shape[axis] - 1);
        expect(places.filter(isCorner)).toHaveLength(2 ** shape.filter((size) => size > 1).length);
        shape.forEach((size, axis) => {
          const seen = new Set(places.map((place) => place[axis]));
          const ends = Array.from({ length: Math.min(32, size) }, (_, i) => [i, size - 1 - i]);
          expect(ends.flat().every((cell) => seen.has(cell))).toBe(true);
        });
      }),
    );
  });

  it('is all elements where there are no more', () => {
    expect([...samplePoints([2, 3], 6, 1)]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('follows its seed', () => {
    const sample = (seed: number) => samplePoints([2, 147, 147, 64], 2_000, seed);
    expect(sample(1)).toEqual(sample(1));
    expect(sample(1)).not.toEqual(sample(2));
    expect(sample(1).length).toBe(2_000);
  });
});

describe('coordinates', () => {
  it('are row-major', () => {
    expect(coordinates(((1 * 3 + 2) * 4 + 3) * 5 + 4, [2, 3, 4, 5])).toEqual([1, 2, 3, 4]);
  });
});

import { describe, expect, it } from 'vitest';

import { log, slider } from '../../lib/panel/controls';
import { type Point, Series, thinned } from '../../lib/panel/series';

// A module of the page, which a browser loads as it is.
const file: string = '../../lib/panel/page/numbers.mjs';
const page = import(file) as Promise<{
  readonly LOG_POSITIONS: number;
  readonly valueAt: (control: object, position: number) => number;
  readonly positionOf: (control: object, value: number) => number;
}>;

describe('a logarithmic slider', () => {
  it('has its ends at its ends and the geometric mean in its middle', async () => {
    const { valueAt, positionOf, LOG_POSITIONS } = await page;
    const control = log(1e-4, 1);
    expect(valueAt(control, 0)).toBe(1e-4);
    expect(valueAt(control, LOG_POSITIONS)).toBe(1);
    expect(valueAt(control, LOG_POSITIONS / 2)).toBe(0.01);
    expect(positionOf(control, 0.1)).toBeCloseTo(0.75 * LOG_POSITIONS, 9);
    const odd = log(0.123, 0.77);
    for (let position = 0; position <= LOG_POSITIONS; position++) {
      expect(valueAt(odd, position)).toBeGreaterThanOrEqual(0.123);
      expect(valueAt(odd, position)).toBeLessThanOrEqual(0.77);
    }
    expect(valueAt(slider(0, 1), 0.35)).toBe(0.35);
  });
});

describe('the points of a run', () => {
  const point = (step: number): Point => ({
    ...{ step, loss: step, error: 50, zeros: step % 2 === 0 ? 0.5 : null, deadChannels: null },
  });

  it('stay few however long it is, and keep their mean', () => {
    const series = new Series(100);
    for (let step = 1; step <= 6400; step++) series.add(point(step));
    const { points, generation } = series;
    expect(points.length).toBeLessThan(100);
    expect(points.length).toBeGreaterThanOrEqual(50);
    expect(generation).toBeGreaterThan(5);
    expect(points.at(-1)?.step).toBe(6400);
    const mean = points.reduce((sum, { loss }) => sum + (loss ?? NaN), 0) / points.length;
    expect(mean).toBeCloseTo(6401 / 2, 6);
    expect(new Set(points.map(({ zeros }) => zeros))).toEqual(new Set([0.5]));
    expect(points[0].deadChannels).toBeNull();
  });

  it('are as they came while they are few, and can be thinned', () => {
    const series = new Series(100);
    for (let step = 1; step <= 10; step++) series.add(point(step));
    expect(series.points).toEqual(Array.from({ length: 10 }, (_, index) => point(index + 1)));
    expect(thinned(series.points, 4).map(({ step, loss }) => [step, loss])).toEqual([
      [3, 2],
      [6, 5],
      [9, 8],
      [10, 10],
    ]);
    expect(thinned([], 4)).toEqual([]);
  });
});

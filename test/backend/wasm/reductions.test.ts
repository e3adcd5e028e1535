import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { randomValues, relativeError, useWasm, type Values } from './useWasm';

beforeAll(useWasm);

/** Sums of [2, 3, 4, 5] over some axes in float64. */
function sums({ values, shape }: Values, axes: readonly number[]): number[] {
  const totals = new Map<string, number>();
  values.forEach((value, index) => {
    const place = shape.map((side, axis) => {
      const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      return axes.includes(axis) ? 0 : Math.floor(index / inner) % side;
    });
    totals.set(place.join(), (totals.get(place.join()) ?? 0) + value);
  });
  return [...totals.values()];
}

const AXES = [[0], [1], [0, 1], [1, 2], [2, 1], [0, 1, 2], [-1], [3], [1, 3], [0, 2], [0, 1, 2, 3]];

describe.each(AXES.map((axes) => ({ axes })))('reduction over axes $axes', ({ axes }) => {
  const x = randomValues([2, 3, 4, 5]);
  const positive = axes.map((axis) => (axis + 4) % 4);
  const expected = sums(x, positive);
  const count = x.values.length / expected.length;

  it.each([true, false])('sums and averages (keepDims %s)', (keepDims) => {
    const tensor = tf.tensor(x.values, [2, 3, 4, 5]);
    const sum = tf.sum(tensor, axes, keepDims);
    const mean = tf.mean(tensor, axes, keepDims);
    const kept = x.shape.map((side, axis) => (positive.includes(axis) ? 1 : side));
    const shape = keepDims ? kept : x.shape.filter((_, axis) => !positive.includes(axis));
    expect(sum.shape).toEqual(shape);
    expect(mean.shape).toEqual(shape);
    expect(relativeError([...sum.dataSync()], expected)).toBeLessThan(1e-6);
    const means = expected.map((value) => value / count);
    expect(relativeError([...mean.dataSync()], means)).toBeLessThan(1e-6);
    tf.dispose([tensor, sum, mean]);
  });
});

describe('reduction', () => {
  it('of many channels does not overrun the stack of XNNPACK', () => {
    const x = randomValues([20, 20_000]);
    const [sum, again] = [0, 0].map((axis) => [
      ...tf.sum(tf.tensor2d(x.values, [20, 20_000]), axis).dataSync(),
    ]);
    const expected = Array.from({ length: 20_000 }, (_, channel) =>
      Array.from({ length: 20 }, (__, row) => x.values[row * 20_000 + channel]).reduce(
        (a, b) => a + b,
      ),
    );
    expect(relativeError(sum, expected)).toBeLessThan(1e-6);
    expect(again).toEqual(sum);
  });

  it('of integers stays exact', () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 16_777_217], [3, 2], 'int32');
    expect([...tf.sum(x, 0).dataSync()]).toEqual([9, 16_777_223]);
  });
});

import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { randomValues, take, useWasm } from './useWasm';

beforeAll(useWasm);

const joints = fc.record({
  outer: fc.integer({ min: 1, max: 4 }),
  inner: fc.integer({ min: 1, max: 4 }),
  sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 }),
  seed: fc.nat(),
});

/** Which part and which place in it every value of a tensor [outer, total, inner] comes from. */
function sources(outer: number, inner: number, sizes: readonly number[]) {
  return Array.from({ length: outer }, (_, row) =>
    sizes.flatMap((size, part) =>
      Array.from({ length: size * inner }, (__, column) => ({
        part,
        index: row * size * inner + column,
      })),
    ),
  ).flat();
}

describe('parts along an axis', () => {
  it('are joined and taken apart again', () => {
    fc.assert(
      fc.property(joints, ({ outer, inner, sizes, seed }) => {
        const parts = sizes.map((size, i) => randomValues([outer, size, inner], seed + i));
        const tensors = parts.map(({ values, shape }) =>
          tf.tensor3d(values, shape as [number, number, number]),
        );
        const whole = tf.concat(tensors, 1);
        const expected = sources(outer, inner, sizes).map(
          ({ part, index }) => parts[part].values[index],
        );
        expect(whole.shape).toEqual([outer, sizes.reduce((a, b) => a + b), inner]);
        expect([...whole.dataSync()]).toEqual(expected);
        const again = tf.split(whole, sizes, -2);
        expect(again.map(({ shape }) => shape)).toEqual(parts.map(({ shape }) => [...shape]));
        expect(take(...again)).toEqual(parts.map(({ values }) => values));
        tf.dispose([tensors, whole]);
      }),
    );
  });

  it('of integers are joined and taken apart too', () => {
    const [a, b] = [tf.tensor2d([[1, 2]], [1, 2], 'int32'), tf.tensor2d([[3]], [1, 1], 'int32')];
    const whole = tf.concat([a, b], 1);
    expect(whole.dtype).toBe('int32');
    expect(take(...tf.split(whole, [1, 2], 1))).toEqual([[1], [2, 3]]);
    tf.dispose([a, b, whole]);
  });

  it('that do not fit are refused', () => {
    const [a, b] = [tf.zeros([2, 3, 1]), tf.zeros([3, 3, 1])];
    expect(() => tf.concat([a, b], 1)).toThrow(/shape/);
    tf.dispose([a, b]);
  });
});

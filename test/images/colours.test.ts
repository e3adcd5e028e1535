import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../../lib/backend/select';
import { nodeBackend } from '../../lib/backend/tensorflow/nodeBackend';
import { randomStream } from '../../lib/data/random';
import { changeColours, type ColourChange, randomColourChanges } from '../../lib/images/colours';
import { hasTensorflow } from '../hasTensorflow';

function changed(pixels: readonly number[], change: ColourChange): number[] {
  const result = Float32Array.from(pixels);
  changeColours(result, change);
  return [...result];
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 5));
}

const pixel = fc.tuple(
  ...Array.from({ length: 3 }, () => fc.double({ min: 0, max: 1, noNaN: true })),
);

describe('changeColours', () => {
  it.each<[ColourChange, number[], number[]]>([
    [{ kind: 'brightness', delta: 0.25 }, [0.25, 0.5, 0.875], [0.5, 0.75, 1.125]],
    [{ kind: 'saturation', factor: 0.5 }, [1, 0, 0], [1, 0.5, 0.5]],
    [{ kind: 'saturation', factor: 1.5 }, [0.8, 0.6, 0.4], [0.8, 0.5, 0.2]],
    // Twice the saturation of 0.75 is more than there is.
    [{ kind: 'saturation', factor: 2 }, [0.8, 0.5, 0.2], [0.8, 0.4, 0]],
    [{ kind: 'hue', delta: 1 / 3 }, [1, 0, 0], [0, 1, 0]],
    [{ kind: 'hue', delta: -1 / 3 }, [1, 0, 0], [0, 0, 1]],
    [{ kind: 'hue', delta: 1 / 6 }, [0.9, 0.1, 0.1], [0.9, 0.9, 0.1]],
    [{ kind: 'hue', delta: 1 / 12 }, [0, 0, 1], [0.5, 0, 1]],
    [{ kind: 'hue', delta: 0.1 }, [0.3, 0.3, 0.3], [0.3, 0.3, 0.3]],
    // Means 0.4, 0.5 and 0.2.
    [
      { kind: 'contrast', factor: 0.5 },
      [0.2, 0.5, 0, 0.6, 0.5, 0.4],
      [0.3, 0.5, 0.1, 0.5, 0.5, 0.3],
    ],
  ])('%j', (change, pixels, expected) => {
    expectClose(changed(pixels, change), expected);
  });

  it('leaves any colour as it is after a full turn of the hue, or a turn there and back', () => {
    fc.assert(
      fc.property(pixel, fc.double({ min: -1, max: 1, noNaN: true }), (colour, delta) => {
        expectClose(changed(colour, { kind: 'hue', delta: 1 }), colour);
        const turned = changed(colour, { kind: 'hue', delta });
        expectClose(changed(turned, { kind: 'hue', delta: -delta }), colour);
      }),
    );
  });

  it('keeps the largest and the smallest channel when the hue turns', () => {
    fc.assert(
      fc.property(pixel, fc.double({ min: -1, max: 1, noNaN: true }), (colour, delta) => {
        const turned = changed(colour, { kind: 'hue', delta });
        expect(Math.max(...turned)).toBeCloseTo(Math.max(...colour), 5);
        expect(Math.min(...turned)).toBeCloseTo(Math.min(...colour), 5);
      }),
    );
  });
});

const kernels = {
  hue: 'AdjustHue',
  saturation: 'AdjustSaturation',
  contrast: 'AdjustContrastv2',
} as const;

describe.skipIf(!hasTensorflow)("TensorFlow's own kernels", () => {
  beforeAll(async () => {
    await selectBackend('tensorflow');
  });

  function byTensorflow(pixels: readonly number[], change: ColourChange): number[] {
    if (change.kind === 'brightness') throw new Error('brightness is a sum');
    const amount = change.kind === 'hue' ? change.delta : change.factor;
    const backend = nodeBackend();
    const attributes = [
      { name: 'T', type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT },
    ];
    return tf.tidy(() => {
      const inputs = [tf.tensor3d([...pixels], [1, pixels.length / 3, 3]), tf.scalar(amount)];
      return [...backend.executeSingleOutput(kernels[change.kind], attributes, inputs).dataSync()];
    });
  }

  it.each<ColourChange>([
    { kind: 'hue', delta: 0.2 },
    { kind: 'hue', delta: -0.13 },
    { kind: 'saturation', factor: 0.5 },
    { kind: 'saturation', factor: 1.5 },
    { kind: 'contrast', factor: 0.7 },
    { kind: 'contrast', factor: 1.4 },
  ])('give the same for %j, also outside of 0 to 1', (change) => {
    const random = randomStream(5);
    const pixels = Array.from({ length: 3 * 500 }, () => random() * 1.4 - 0.2);
    expectClose(changed(pixels, change), byTensorflow(pixels, change));
  });
});

describe('randomColourChanges', () => {
  const random = randomStream(9);
  const draws = Array.from({ length: 4000 }, () => randomColourChanges(random));

  it('come in four orders, equally often', () => {
    const orders = draws.map((changes) => changes.map(({ kind }) => kind[0]).join(''));
    const counts = ['bshc', 'sbch', 'chbs', 'hscb'].map(
      (order) => orders.filter((other) => other === order).length,
    );
    expect(counts.reduce((a, b) => a + b)).toBe(4000);
    // Five standard deviations of a binomial with n = 4000, p = 1/4: 137.
    counts.forEach((count) => expect(Math.abs(count - 1000)).toBeLessThan(137));
  });

  it.each([
    ['brightness', -32 / 255, 32 / 255],
    ['saturation', 0.5, 1.5],
    ['hue', -0.2, 0.2],
    ['contrast', 0.5, 1.5],
  ])('%s is uniform from %f to %f', (kind, low, high) => {
    const amounts = draws
      .flat()
      .filter((change) => change.kind === kind)
      .map((change) => ('delta' in change ? change.delta : change.factor));
    expect(amounts).toHaveLength(4000);
    const shares = amounts.map((amount) => (amount - low) / (high - low)).sort((a, b) => a - b);
    expect(shares[0]).toBeGreaterThanOrEqual(0);
    expect(shares[3999]).toBeLessThan(1);
    // Kolmogorov-Smirnov: above 1.95 / sqrt(n) once in a thousand; the seed is fixed.
    const distance = Math.max(...shares.map((share, index) => Math.abs(share - index / 4000)));
    expect(distance).toBeLessThan(1.95 / Math.sqrt(4000));
  });
});

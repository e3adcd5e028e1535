import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { randomCrop } from '../../lib/data/augment';
import { evaluationBatches, trainingBatches } from '../../lib/data/batches';
import type { ImageSet } from '../../lib/data/dataset';
import { randomStream, seedFor, shuffled } from '../../lib/data/random';

/** Images of 2x2 pixels; every byte of image i is i, its label i % 10. */
function countedImages(count: number): ImageSet {
  const pixels = Uint8Array.from({ length: count * 12 }, (_, index) => Math.floor(index / 12));
  return { count, pixels, labels: Uint8Array.from({ length: count }, (_, index) => index % 10) };
}

const options = { batchSize: 4, imageSize: 2, augment: false, seed: 1, epoch: 0 };

function labelsOf(overrides: Partial<typeof options>): number[] {
  return [...trainingBatches(countedImages(10), { ...options, ...overrides })].flatMap((batch) => [
    ...batch.labels,
  ]);
}

describe('randomCrop', () => {
  it('reaches every shift from -4 to 4 and mirrors half of the images', () => {
    const random = randomStream(3);
    const crops = Array.from({ length: 4000 }, () => randomCrop(random));
    expect([...new Set(crops.map((crop) => crop.top))].sort((a, b) => a - b)).toEqual([
      -4, -3, -2, -1, 0, 1, 2, 3, 4,
    ]);
    const mirrored = crops.filter((crop) => crop.mirrored).length / crops.length;
    // Five standard deviations of a fair coin over 4000 throws.
    expect(Math.abs(mirrored - 0.5)).toBeLessThan(0.04);
  });
});

describe('trainingBatches', () => {
  it('gives every image at most once and drops what does not fill a batch', () => {
    const labels = labelsOf({});
    expect(labels).toHaveLength(8);
    expect(new Set(labels).size).toBe(8);
  });

  it('depends on seed and epoch alone', () => {
    expect(labelsOf({})).toEqual(labelsOf({}));
    expect(labelsOf({ epoch: 1 })).not.toEqual(labelsOf({}));
    expect(labelsOf({ seed: 2 })).not.toEqual(labelsOf({}));
  });

  it('keeps each label with its image', () => {
    for (const { pixels, labels } of trainingBatches(countedImages(10), options)) {
      labels.forEach((label, i) => expect(Math.round((pixels[12 * i] + 1) * 127.5)).toBe(label));
    }
  });
});

describe('evaluationBatches', () => {
  it('gives all images in order, the rest in a smaller batch', () => {
    const batches = [...evaluationBatches(countedImages(10), 2, 4)];
    expect(batches.map(({ count }) => count)).toEqual([4, 4, 2]);
    expect(batches.flatMap(({ labels }) => [...labels])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('random numbers', () => {
  it('shuffling is a permutation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.nat(), (count, seed) => {
        expect([...shuffled(count, seed)].sort((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, i) => i),
        );
      }),
    );
  });

  it('seeds differ by purpose and by seed', () => {
    const seeds = [
      seedFor(0, 'order', 0),
      seedFor(0, 'order', 1),
      seedFor(1, 'order', 0),
      seedFor(0, 'augment', 0),
    ];
    expect(new Set(seeds).size).toBe(4);
  });

  it('streams are uniform: mean, variance and serial correlation', () => {
    const random = randomStream(11);
    const values = Array.from({ length: 20_000 }, random);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    const serial =
      values.slice(1).reduce((sum, v, i) => sum + (v - mean) * (values[i] - mean), 0) /
      values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.003);
    expect(Math.abs(serial)).toBeLessThan(0.003);
  });
});

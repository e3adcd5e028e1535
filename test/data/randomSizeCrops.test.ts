import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { defaultConfig, overrideConfig } from '../../lib/config';
import { CROP_AREA, randomSizeCrop } from '../../lib/data/augment';
import { type Batch, trainingBatches, type TrainingBatchOptions } from '../../lib/data/batches';
import type { Dataset, ImageSet } from '../../lib/data/dataset';
import { randomStream, seedFor, shuffled } from '../../lib/data/random';
import { distortedBox } from '../../lib/images/distortedBox';
import { trainingImages } from '../../lib/training/trainingImages';

const SIZE = 32;
const STEP = 7;

/** Images that are redder from left to right and greener from top to bottom, by 7 a pixel; the blue of image i is i. */
function slopes(count: number): ImageSet {
  const channels = [
    (at: number) => STEP * (at % SIZE),
    (at: number) => STEP * (Math.floor(at / SIZE) % SIZE),
    (at: number) => Math.floor(at / SIZE ** 2),
  ];
  const pixels = Uint8Array.from({ length: count * SIZE ** 2 * 3 }, (_, i) =>
    channels[i % 3](Math.floor(i / 3)),
  );
  return { count, pixels, labels: new Uint8Array(count).map((_, index) => index % 10) };
}

const images = slopes(100);
const options: TrainingBatchOptions = {
  ...{ batchSize: 16, imageSize: SIZE, augment: true, crops: 'randomSize', seed: 3, epoch: 2 },
};

function batches(changes: Partial<TrainingBatchOptions> = {}): Batch[] {
  return [...trainingBatches(images, { ...options, ...changes })];
}

describe('randomSizeCrop', () => {
  it('lies in the image, has 30 to 100 % of its area and an aspect of 0.75 to 1.33', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 300 }), fc.nat(), (size, seed) => {
        const { part, top, left } = randomSizeCrop(size, randomStream(seed));
        expect([top, left]).toEqual([0, 0]);
        expect(Math.min(part.top, part.left)).toBeGreaterThanOrEqual(0);
        expect(part.top + part.height).toBeLessThanOrEqual(size);
        expect(part.left + part.width).toBeLessThanOrEqual(size);
        expect((part.width * part.height) / size ** 2).toBeGreaterThanOrEqual(0.3);
        // The width is rounded.
        expect((part.width + 0.5) / part.height).toBeGreaterThanOrEqual(0.75);
        expect((part.width - 0.5) / part.height).toBeLessThanOrEqual(1.33);
      }),
    );
    expect(CROP_AREA).toEqual({ least: 0.3, most: 1 });
  });

  const random = randomStream(5);
  const drawn = Array.from({ length: 20_000 }, () => randomSizeCrop(SIZE, random));
  const mean = (of: (crop: (typeof drawn)[number]) => number) =>
    drawn.reduce((sum, crop) => sum + of(crop), 0) / drawn.length;

  it('shows as much of the image on the mean as heights that are uniform at each aspect do', () => {
    // The mean of aspect * height^2 with heights from sqrt(0.3 / aspect) to min(1, 1 / aspect), over aspects of 0.75 to 1.33.
    const steps = 1000;
    let expected = 0;
    for (let step = 0; step < steps; step++) {
      const aspect = 0.75 + (0.58 * (step + 0.5)) / steps;
      const [low, high] = [Math.sqrt(0.3 / aspect), Math.min(1, 1 / aspect)];
      expected += (aspect * (low ** 2 + low * high + high ** 2)) / 3 / steps;
    }
    expect(expected).toBeCloseTo(0.56, 2);
    const found = mean(({ part }) => (part.width * part.height) / SIZE ** 2);
    // Whole pixels of 32 are a coarse measure.
    expect(Math.abs(found - expected)).toBeLessThan(0.02);
  });

  it('takes every place alike and mirrors half of the images', () => {
    const centre = (at: 'top' | 'left', along: 'height' | 'width') =>
      mean(({ part }) => part[at] + part[along] / 2);
    // Five standard deviations of the mean of 20,000 places, which are of less than 4 pixels.
    expect(Math.abs(centre('top', 'height') - SIZE / 2)).toBeLessThan(0.15);
    expect(Math.abs(centre('left', 'width') - SIZE / 2)).toBeLessThan(0.15);
    const isLast = drawn.filter(({ part }) => part.width < 30 && part.left + part.width === SIZE);
    expect(isLast.length).toBeGreaterThan(100);
    expect(Math.abs(mean(({ mirrored }) => Number(mirrored)) - 0.5)).toBeLessThan(0.018);
  });

  it('draws from another range of areas where it is asked to', () => {
    for (let count = 0; count < 200; count++) {
      const { part } = randomSizeCrop(100, random, { least: 0.5, most: 0.6 });
      expect(part.width * part.height).toBeGreaterThanOrEqual(5000);
      expect(part.width * part.height).toBeLessThanOrEqual(6000);
    }
  });
});

describe('batches with crops of random size', () => {
  it('have the drawn parts of their images, enlarged and mirrored', () => {
    const order = shuffled(images.count, seedFor(3, 'order', 2));
    const random = randomStream(seedFor(3, 'augment', 2));
    batches().forEach(({ pixels }, batch) => {
      for (let place = 0; place < 16; place++) {
        const { part, mirrored } = randomSizeCrop(SIZE, random);
        const source = (at: number, offset: number, length: number) =>
          offset + Math.min(length - 1, Math.max(0, ((at + 0.5) * length) / SIZE - 0.5));
        for (const [row, column] of [0, 5, 16, 31].flatMap((y) => [0, 9, 31].map((x) => [y, x]))) {
          const at = 3 * (SIZE * (SIZE * place + row) + column);
          const x = mirrored ? SIZE - 1 - column : column;
          const expected = [
            STEP * source(x, part.left, part.width),
            STEP * source(row, part.top, part.height),
            order[16 * batch + place],
          ];
          // Levels are whole.
          expected.forEach((level, channel) =>
            expect(Math.abs((pixels[at + channel] + 1) * 127.5 - level)).toBeLessThan(0.51),
          );
        }
      }
    });
  });

  it('are decided by seed and epoch alone, and the same where a run goes on', () => {
    const whole = batches();
    expect(whole).toHaveLength(6);
    expect(batches()).toEqual(whole);
    expect(batches({ from: 4 })).toEqual(whole.slice(4));
    expect(batches({ epoch: 3 })[0].pixels).not.toEqual(whole[0].pixels);
    expect(batches({ seed: 4 })[0].pixels).not.toEqual(whole[0].pixels);
  });

  it('are those of a config that asks for them', () => {
    const dataset: Dataset = {
      ...{ name: 'slopes', sha256: '', imageSize: SIZE, train: images, test: images },
      classNames: Array.from({ length: 10 }, (_, index) => String(index)),
    };
    const config = overrideConfig(defaultConfig('inception-resnet-v1'), {
      ...{ 'data.crops': 'randomSize', 'data.trainImages': 100, 'data.testImages': 10 },
      ...{ batchSize: 16, seed: 3 },
    });
    const first = (wanted: typeof config) =>
      [...(trainingImages(wanted, dataset).trainBatches(2, 0) as Generator<Batch>)][0];
    expect(first(config)).toEqual(batches()[0]);
    expect(first(overrideConfig(config, { 'data.crops': 'shift' }))).not.toEqual(batches()[0]);
    const plain = overrideConfig(config, { 'data.augment': false });
    expect(first(plain)).toEqual(batches({ augment: false })[0]);
  });
});

describe('what was drawn before there were crops of random size', () => {
  it('has not changed: shifted crops', () => {
    const set: ImageSet = {
      count: 100,
      pixels: Uint8Array.from({ length: 100 * 3072 }, (_, i) => (i * 37 + (i >> 8)) % 251),
      labels: Uint8Array.from({ length: 100 }, (_, i) => i % 10),
    };
    const hash = createHash('sha256');
    const shifted = { batchSize: 32, imageSize: SIZE, augment: true, seed: 3, epoch: 2, from: 1 };
    for (const { pixels, labels } of trainingBatches(set, shifted)) {
      hash.update(pixels).update(labels);
    }
    // Of the commit before.
    expect(hash.digest('hex')).toBe(
      'a687f6f9ee163c63d0d9d7b242a5a657b45fbe079ace0334ea6240a64a549e7c',
    );
  });

  it('has not changed: boxes of photos', () => {
    const random = randomStream(4);
    const drawn = [1, 2, 3].map(() => distortedBox(400, 300, random));
    expect(drawn).toEqual([
      { top: 34, left: 17, width: 186, height: 145 },
      { top: 8, left: 223, width: 171, height: 193 },
      { top: 53, left: 53, width: 255, height: 230 },
    ]);
    expect(distortedBox(50, 500, random)).toEqual({ top: 375, left: 0, width: 49, height: 59 });
  });
});

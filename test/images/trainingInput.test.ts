import { describe, expect, it } from 'vitest';

import { randomStream } from '../../lib/data/random';
import { changeColours, randomColourChanges } from '../../lib/images/colours';
import { distortedBox } from '../../lib/images/distortedBox';
import type { Picture } from '../../lib/images/picture';
import { scalePicture } from '../../lib/images/scale';
import { trainingInput } from '../../lib/images/trainingInput';

const SIZE = 8;

function uniform(...colour: readonly [number, number, number]): Picture {
  const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, index) => colour[index % 3]);
  return { width: 40, height: 30, pixels };
}

function input(image: Picture, seed: number): number[] {
  return [...trainingInput(image, { kind: 'training', inputSize: SIZE, seed }).pixels];
}

describe('trainingInput', () => {
  it('gives numbers of -1 to 1 for the input size', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const pixels = input(uniform(250, 120, 3), seed);
      expect(pixels).toHaveLength(SIZE * SIZE * 3);
      expect(pixels.every((value) => value >= -1 && value <= 1)).toBe(true);
    }
  });

  it('is the drawn part, scaled, mirrored, changed in colour and clipped', () => {
    const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, index) => (index * 37) % 251);
    const image = { width: 40, height: 30, pixels };
    for (let seed = 0; seed < 20; seed++) {
      const random = randomStream(seed);
      const part = distortedBox(40, 30, random);
      const mirrored = random() < 0.5;
      const changes = randomColourChanges(random);
      const scaled = scalePicture(image, part, SIZE, SIZE);
      const expected = Float32Array.from(scaled.pixels, (_, index) => {
        const [row, column] = [Math.floor(index / 3 / SIZE), Math.floor(index / 3) % SIZE];
        const from = mirrored ? SIZE - 1 - column : column;
        return scaled.pixels[(row * SIZE + from) * 3 + (index % 3)] / 255;
      });
      changes.forEach((change) => changeColours(expected, change));
      input(image, seed).forEach((value, index) =>
        expect(value).toBeCloseTo(Math.max(-1, Math.min(1, expected[index] * 2 - 1)), 4),
      );
    }
  });

  it('is decided by the seed alone', () => {
    const image = uniform(200, 100, 50);
    expect(input(image, 1)).toEqual(input(image, 1));
    expect(input(image, 1)).not.toEqual(input(image, 2));
  });

  it('changes a grey image by its brightness alone: hue and saturation have no hold, contrast no difference', () => {
    const levels: number[] = [];
    for (let seed = 0; seed < 100; seed++) {
      const pixels = input(uniform(102, 102, 102), seed);
      expect(Math.max(...pixels) - Math.min(...pixels)).toBeLessThan(1e-6);
      levels.push((pixels[0] + 1) / 2);
    }
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(0.4 - 32 / 255 - 1e-6);
    expect(Math.max(...levels)).toBeLessThanOrEqual(0.4 + 32 / 255 + 1e-6);
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(0.2);
  });

  it('mirrors half of the images', () => {
    // Brighter from left to right, whatever the part.
    const pixels = Uint8Array.from(
      { length: 40 * 30 * 3 },
      (_, at) => 60 + 3 * (Math.floor(at / 3) % 40),
    );
    const image = { width: 40, height: 30, pixels };
    let mirrored = 0;
    for (let seed = 0; seed < 200; seed++) {
      const values = input(image, seed);
      if (values[0] > values[(SIZE - 1) * 3]) mirrored += 1;
    }
    // Five standard deviations of a fair coin over 200 throws: 35.
    expect(Math.abs(mirrored - 100)).toBeLessThan(36);
  });
});

import { describe, expect, it } from 'vitest';

import type { Box, Picture } from '../../lib/images/picture';
import { type ScalePart, trainingInput } from '../../lib/images/trainingInput';

const SIZE = 8;

function uniform(...colour: readonly [number, number, number]): Picture {
  const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, index) => colour[index % 3]);
  return { width: 40, height: 30, pixels };
}

/** Every pixel is the one of the part that lies nearest; tells which part it was asked for. */
function nearest(parts: Box[] = []): ScalePart {
  return (picture, part, width, height) => {
    parts.push(part);
    const pixels = new Uint8Array(width * height * 3);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const y = part.top + Math.floor((row * part.height) / height);
        const x = part.left + Math.floor((column * part.width) / width);
        const from = (y * picture.width + x) * 3;
        pixels.set(picture.pixels.subarray(from, from + 3), (row * width + column) * 3);
      }
    }
    return Promise.resolve({ width, height, pixels });
  };
}

async function input(image: Picture, seed: number, scale = nearest()): Promise<number[]> {
  const { pixels } = await trainingInput(image, { kind: 'training', inputSize: SIZE, seed }, scale);
  return [...pixels];
}

describe('trainingInput', () => {
  it('gives numbers of -1 to 1 for the input size', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const pixels = await input(uniform(250, 120, 3), seed);
      expect(pixels).toHaveLength(SIZE * SIZE * 3);
      expect(pixels.every((value) => value >= -1 && value <= 1)).toBe(true);
    }
  });

  it('is decided by the seed alone', async () => {
    const image = uniform(200, 100, 50);
    expect(await input(image, 1)).toEqual(await input(image, 1));
    expect(await input(image, 1)).not.toEqual(await input(image, 2));
  });

  it('changes a grey image by its brightness alone: hue and saturation have no hold, contrast no difference', async () => {
    const levels: number[] = [];
    for (let seed = 0; seed < 100; seed++) {
      const pixels = await input(uniform(102, 102, 102), seed);
      expect(Math.max(...pixels) - Math.min(...pixels)).toBeLessThan(1e-6);
      levels.push((pixels[0] + 1) / 2);
    }
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(0.4 - 32 / 255 - 1e-6);
    expect(Math.max(...levels)).toBeLessThanOrEqual(0.4 + 32 / 255 + 1e-6);
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(0.2);
  });

  it('scales different parts, and mirrors half of them', async () => {
    // Brighter from left to right, whatever the part.
    const pixels = Uint8Array.from(
      { length: 40 * 30 * 3 },
      (_, at) => 60 + 3 * (Math.floor(at / 3) % 40),
    );
    const image = { width: 40, height: 30, pixels };
    const parts: Box[] = [];
    let mirrored = 0;
    for (let seed = 0; seed < 200; seed++) {
      const values = await input(image, seed, nearest(parts));
      if (values[0] > values[(SIZE - 1) * 3]) mirrored += 1;
    }
    expect(new Set(parts.map((part) => JSON.stringify(part))).size).toBeGreaterThan(150);
    // Five standard deviations of a fair coin over 200 throws: 35.
    expect(Math.abs(mirrored - 100)).toBeLessThan(36);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Box, Picture } from '../../lib/images/picture';
import { scalePicture } from '../../lib/images/scale';

/** A grey picture of these rows. */
function grey(rows: readonly (readonly number[])[]): Picture {
  const pixels = Uint8Array.from(rows.flat().flatMap((value) => [value, value, value]));
  return { width: rows[0].length, height: rows.length, pixels };
}

/** The red values, row by row. */
function reds({ width, height, pixels }: Picture): number[][] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => pixels[3 * (y * width + x)]),
  );
}

function whole({ width, height }: Picture): Box {
  return { top: 0, left: 0, width, height };
}

function scaled(rows: readonly (readonly number[])[], width: number, height: number): number[][] {
  const picture = grey(rows);
  return reds(scalePicture(picture, whole(picture), width, height));
}

/** Straight from the definition: every source pixel of the part, weighted by its distance to the result pixel. */
function plainlyScaled(picture: Picture, part: Box, width: number, height: number): Float64Array {
  const weight = (from: number, to: number, length: number, size: number): number => {
    const step = length / size;
    const distance = Math.abs(from + 0.5 - (to + 0.5) * step);
    return Math.max(0, 1 - distance / Math.max(1, step));
  };
  return Float64Array.from({ length: 3 * width * height }, (_, index) => {
    const [x, y] = [Math.floor(index / 3) % width, Math.floor(index / 3 / width)];
    let [sum, weights] = [0, 0];
    for (let v = 0; v < part.height; v++) {
      for (let u = 0; u < part.width; u++) {
        const w = weight(u, x, part.width, width) * weight(v, y, part.height, height);
        const from = (part.top + v) * picture.width + part.left + u;
        sum += w * picture.pixels[3 * from + (index % 3)];
        weights += w;
      }
    }
    return sum / weights;
  });
}

const pictures = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height })
      .map((pixels): Picture => ({ width, height, pixels })),
  );
const sizes = fc.integer({ min: 1, max: 16 });

function mirrored({ width, height, pixels }: Picture): Picture {
  const turned = new Uint8Array(pixels.length);
  for (let i = 0; i < width * height; i++) {
    const to = i - (i % width) + width - 1 - (i % width);
    for (let channel = 0; channel < 3; channel++)
      turned[3 * to + channel] = pixels[3 * i + channel];
  }
  return { width, height, pixels: turned };
}

describe('scalePicture', () => {
  it('enlarges as computed by hand, with pixel centres where they were', () => {
    expect(scaled([[0, 100, 200]], 6, 1)).toEqual([[0, 25, 75, 125, 175, 200]]);
  });

  it('shrinks as computed by hand, every pixel counted', () => {
    // E.g. the second: 10, 20, 30 and 40 with 1, 3, 3 and 1 eighths; at the edges what lies outside does not count.
    expect(scaled([[0, 10, 20, 30, 40, 250, 60, 70]], 4, 1)).toEqual([[7, 25, 120, 91]]);
  });

  it('gives what Pillow 13 gives, but for its rounding in between', () => {
    const rows = [
      [0, 91, 108, 51, 176],
      [37, 141, 171, 127, 9],
      [148, 9, 52, 21, 172],
      [77, 207, 7, 245, 153],
    ];
    const pillow = [
      [37, 65, 103, 119, 112, 82, 93, 104],
      [102, 107, 109, 70, 76, 127, 137, 141],
    ];
    const ours = scaled(rows, 8, 2);
    const apart = ours.flatMap((row, y) => row.map((value, x) => Math.abs(value - pillow[y][x])));
    expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    expect(scaled(rows, 2, 2)).toEqual([
      [85, 99],
      [96, 115],
    ]);
  });

  it('equals the plain definition on any part, to half a step', () => {
    fc.assert(
      fc.property(
        pictures,
        fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
        sizes,
        sizes,
        (picture, [a, b, c, d], width, height) => {
          const left = a % picture.width;
          const top = b % picture.height;
          const part = {
            ...{ left, top },
            width: 1 + (c % (picture.width - left)),
            height: 1 + (d % (picture.height - top)),
          };
          const made = scalePicture(picture, part, width, height);
          expect(made).toMatchObject({ width, height });
          const plain = plainlyScaled(picture, part, width, height);
          const apart = plain.map((value, index) => Math.abs(value - made.pixels[index]));
          expect(Math.max(...apart)).toBeLessThan(0.5001);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('mirrors with its picture', () => {
    fc.assert(
      fc.property(pictures, sizes, sizes, (picture, width, height) => {
        const one = mirrored(scalePicture(picture, whole(picture), width, height)).pixels;
        const other = scalePicture(mirrored(picture), whole(picture), width, height).pixels;
        // A value just between two steps can be rounded either way.
        expect(Math.max(...one.map((value, i) => Math.abs(value - other[i])))).toBeLessThan(2);
      }),
    );
  });

  it('keeps flat colours flat, also from and to the longest shapes', () => {
    for (const [width, height, to] of [
      [1, 5000, 3],
      [5000, 1, 3],
      [1, 1, 299],
      [2, 3, 1],
    ]) {
      const pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) => [255, 0, 77][i % 3]);
      const made = scalePicture(
        { width, height, pixels },
        { top: 0, left: 0, width, height },
        to,
        to,
      );
      expect(made.pixels.every((value, i) => value === [255, 0, 77][i % 3])).toBe(true);
    }
  });

  it('refuses parts that do not lie in the picture', () => {
    const picture = grey([[1, 2]]);
    for (const part of [
      { top: 0, left: 1, width: 2, height: 1 },
      { top: -1, left: 0, width: 1, height: 1 },
      { top: 0, left: 0, width: 0, height: 1 },
    ]) {
      expect(() => scalePicture(picture, part, 4, 4)).toThrow(RangeError);
    }
  });
});

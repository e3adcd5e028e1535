import { describe, expect, it } from 'vitest';

import type { Picture } from '../../lib/images/picture';
import { type CropPlace, writeCrop } from '../../lib/images/writeCrop';

/** A picture whose red is 1, 2, 3, ... row by row; the other channels are 0. */
function countedPicture(width: number, height: number): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) pixels[3 * i] = i + 1;
  return { width, height, pixels };
}

function reds(picture: Picture, crop: CropPlace, size: number): number[] {
  const target = new Float32Array(3 * size * size);
  writeCrop(picture, crop, size, target);
  return Array.from({ length: size * size }, (_, i) => Math.round((target[3 * i] + 1) * 127.5));
}

const upperLeft = { top: 0, left: 0, mirrored: false };
const grey = 128; // 0 in [-1, 1], rounded up from 127.5

describe('writeCrop', () => {
  it('maps bytes 0 and 255 to -1 and 1', () => {
    const target = new Float32Array(3);
    const pixels = Uint8Array.from([0, 255, 51]);
    writeCrop({ width: 1, height: 1, pixels }, upperLeft, 1, target);
    expect([target[0], target[1]]).toEqual([-1, 1]);
    expect(target[2]).toBeCloseTo(51 / 127.5 - 1, 6);
  });

  it('keeps, mirrors and shifts a 3x3 image as drawn by hand', () => {
    const square = countedPicture(3, 3);
    const g = grey;
    expect(reds(square, upperLeft, 3)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(reds(square, { ...upperLeft, mirrored: true }, 3)).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7]);
    expect(reds(square, { ...upperLeft, top: 1 }, 3)).toEqual([4, 5, 6, 7, 8, 9, g, g, g]);
    expect(reds(square, { ...upperLeft, left: -1 }, 3)).toEqual([g, 1, 2, g, 4, 5, g, 7, 8]);
  });

  it('cuts a 2x2 crop out of a picture of 4x3, and its mirror', () => {
    // Rows of the picture: 1 2 3 4 / 5 6 7 8 / 9 10 11 12.
    const picture = countedPicture(4, 3);
    expect(reds(picture, { top: 1, left: 2, mirrored: false }, 2)).toEqual([7, 8, 11, 12]);
    expect(reds(picture, { top: 1, left: 2, mirrored: true }, 2)).toEqual([8, 7, 12, 11]);
    expect(reds(picture, { top: 2, left: 3, mirrored: false }, 2)).toEqual([12, grey, grey, grey]);
  });
});

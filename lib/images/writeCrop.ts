import type { Picture } from './picture';

/** Where the first row and column of a crop lie in a picture, and whether it is mirrored, left for right. */
export interface CropPlace {
  readonly top: number;
  readonly left: number;
  readonly mirrored: boolean;
}

/**
 * Writes a square crop of a picture into `target` [size, size, 3] as float32 in [-1, 1].
 *
 * What lies outside the picture becomes 0, the middle grey.
 */
export function writeCrop(
  { width, height, pixels }: Picture,
  { top, left, mirrored }: CropPlace,
  size: number,
  target: Float32Array,
): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const y = row + top;
      const x = (mirrored ? size - 1 - column : column) + left;
      const to = (row * size + column) * 3;
      const inside = y >= 0 && y < height && x >= 0 && x < width;
      const from = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        target[to + channel] = inside ? pixels[from + channel] / 127.5 - 1 : 0;
      }
    }
  }
}

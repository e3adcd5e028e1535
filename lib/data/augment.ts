/** A crop of a padded image, mirrored or not. */
export interface Crop {
  /** Where the crop's first row and column lie in the image; negative inside the padding. */
  readonly top: number;
  readonly left: number;
  readonly mirrored: boolean;
}

/** The whole image, as it is. */
export const WHOLE_IMAGE: Crop = { top: 0, left: 0, mirrored: false };

/** Pixels of padding on every side before the random crop; the usual 4 of CIFAR-10 training (He et al. 2016). */
export const CROP_PADDING = 4;

/** A random crop of the image padded by 4 pixels, mirrored half the time; `random` gives numbers in [0, 1). */
export function randomCrop(random: () => number, padding = CROP_PADDING): Crop {
  const shift = (): number => Math.floor(random() * (2 * padding + 1)) - padding;
  return { top: shift(), left: shift(), mirrored: random() < 0.5 };
}

/**
 * Writes one crop of an 8-bit image [size, size, 3] into `target` as float32 in [-1, 1].
 *
 * What lies outside the image becomes 0, the middle grey.
 */
export function cropToFloats(
  image: Uint8Array,
  size: number,
  crop: Crop,
  target: Float32Array,
): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const y = row + crop.top;
      const x = (crop.mirrored ? size - 1 - column : column) + crop.left;
      const to = (row * size + column) * 3;
      const inside = y >= 0 && y < size && x >= 0 && x < size;
      const from = (y * size + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        target[to + channel] = inside ? image[from + channel] / 127.5 - 1 : 0;
      }
    }
  }
}

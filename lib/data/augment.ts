import type { CropPlace } from '../images/writeCrop';

/** The whole image, as it is. */
export const WHOLE_IMAGE: CropPlace = { top: 0, left: 0, mirrored: false };

/** Pixels of padding on every side before the random crop; the usual 4 of CIFAR-10 training (He et al. 2016). */
export const CROP_PADDING = 4;

/**
 * A random crop of the image padded by 4 pixels, mirrored half the time; negative places lie inside the padding.
 * `random` gives numbers in [0, 1).
 */
export function randomCrop(random: () => number, padding = CROP_PADDING): CropPlace {
  const shift = (): number => Math.floor(random() * (2 * padding + 1)) - padding;
  return { top: shift(), left: shift(), mirrored: random() < 0.5 };
}

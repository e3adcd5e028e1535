import { type AreaRange, distortedSize } from '../images/distortedBox';
import type { Box } from '../images/picture';
import type { CropPlace } from '../images/writeCrop';

/**
 * How images in memory are cropped for training: 'shift' moves them by a few pixels, as is usual for CIFAR-10, 'randomSize'
 * enlarges a part of random size and shape, as Google's code does for ImageNet.
 */
export const CROP_KINDS = ['shift', 'randomSize'] as const;
export type CropKind = (typeof CROP_KINDS)[number];

/** What is shown of an image: all of it or `part`, scaled to the size of the image, from where the crop is taken. */
export interface ImageCrop extends CropPlace {
  readonly part?: Box;
}

/** The whole image, as it is. */
export const WHOLE_IMAGE: ImageCrop = { top: 0, left: 0, mirrored: false };

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

/**
 * Shares of the image that crops of random size show. Google's 5 to 100 % of photos would leave a few pixels of one of 32x32:
 * 30 % of it are 17x17 pixels.
 */
export const CROP_AREA: AreaRange = { least: 0.3, most: 1 };

/**
 * A part of random size, shape and place of an image of `size` x `size` pixels, to be scaled to that size; mirrored half the
 * time. `area` are the shares of the image between which it is, `random` gives numbers in [0, 1).
 */
export function randomSizeCrop(
  size: number,
  random: () => number,
  area: AreaRange = CROP_AREA,
): Required<ImageCrop> {
  const { width, height } = distortedSize(size, size, random, area) ?? {
    width: size,
    height: size,
  };
  // Also the last place that fits, which Google's kernel leaves out: of 32 pixels the edge is a part that counts.
  const place = (rest: number): number => Math.floor(random() * (rest + 1));
  const part = { top: place(size - height), left: place(size - width), width, height };
  return { part, top: 0, left: 0, mirrored: random() < 0.5 };
}

import type { Box } from './picture';
import type { CropPlace } from './writeCrop';

export { writeCrop } from './writeCrop';

/** How many crops of an image a network sees: Table 2 has 1, Table 3 12, Table 4 and 5 144. */
export type CropCount = 1 | 12 | 144;

/** How images are cut for a network; the same for all of them. */
export interface CropPlan {
  readonly crops: CropCount;
  /** Height and width of the network's input. */
  readonly inputSize: number;
  /** Share of height and width that the single crop takes, from the centre. */
  readonly centralFraction: number;
  /** Lengths of the shorter side to which an image is scaled for 12 crops (the first one) and 144 crops (all four). */
  readonly scales: readonly number[];
}

/** A picture that crops are cut from: a part of the image, scaled; and where `square` is given, this part of it, scaled again. */
export interface PictureRequest {
  readonly region: Box;
  readonly width: number;
  readonly height: number;
  readonly square?: Box & { readonly size: number };
}

/** One crop: where it lies in which of the pictures, as high and wide as the network's input. */
export interface Crop extends CropPlace {
  /** Index among the pictures of the image. */
  readonly picture: number;
}

/** The crops of an image, in a fixed order, and the pictures that they are cut from, each once. */
export interface ImageCrops {
  readonly pictures: readonly PictureRequest[];
  readonly crops: readonly Crop[];
}

/** What kind of images a plan is for: photographs of any size, or CIFAR-10's, which show little but the object. */
export type CropProtocol = 'imagenet' | 'cifar10';

/**
 * Scales as multiples of the input size.
 *
 * `imagenet`: GoogLeNet (Szegedy et al. 2015, section 7) scales to 256, 288, 320 and 352 for an input of 224, and Google's
 * evaluation takes the central 87.5 % as its single crop; the paper says nothing about scales for its inputs of 299.
 * `cifar10`: ours; the whole image as the single crop, and 36, 40, 44 and 48 for an input of 32.
 */
const PROTOCOLS = {
  imagenet: { centralFraction: 0.875, scales: [256 / 224, 288 / 224, 320 / 224, 352 / 224] },
  cifar10: { centralFraction: 1, scales: [36 / 32, 40 / 32, 44 / 32, 48 / 32] },
} as const;

/** The plan of an evaluation protocol for a network's input size, scales rounded to whole pixels. */
export function cropPlan(crops: CropCount, inputSize: number, protocol: CropProtocol): CropPlan {
  const { centralFraction, scales } = PROTOCOLS[protocol];
  return {
    crops,
    inputSize,
    centralFraction,
    scales: scales.map((scale) => Math.round(scale * inputSize)),
  };
}

/**
 * The crops of an image of this size, and the pictures that they are cut from.
 *
 * One crop, as in Google's code: the central part of height and of width, scaled to the input size, which distorts what is
 * not square. 144 crops, as in GoogLeNet: for each scale, for the left (upper), central and right (lower) square of the
 * image, its upper left, upper right, lower left, lower right and central crop and the square scaled to the input size,
 * each directly followed by its mirror. 12 crops are those of the first scale and the central square; that is our reading,
 * because the paper does not say which its 12 are.
 *
 * Squares are cut before they are scaled, not after as GoogLeNet writes: the same part of the image to half a pixel, but
 * no picture is larger than the largest scale, however long the image is.
 */
export function imageCrops(width: number, height: number, plan: CropPlan): ImageCrops {
  if (plan.crops === 1) return singleCrop(width, height, plan);
  const [first, central, last] = squares(width, height);
  const all = plan.crops === 144;
  const indices = new Map<string, number>();
  const pictures: PictureRequest[] = [];
  const indexOf = (picture: PictureRequest): number => {
    const key = JSON.stringify(picture);
    if (!indices.has(key)) indices.set(key, pictures.push(picture) - 1);
    return indices.get(key) as number;
  };
  const crops = (all ? plan.scales : plan.scales.slice(0, 1)).flatMap((scale) =>
    (all ? [first, central, last] : [central]).flatMap((region) =>
      squareCrops(region, scale, plan.inputSize, indexOf),
    ),
  );
  return { pictures, crops };
}

/** Different crops in the order of their first appearance, and how often each is among the given ones. */
export function uniqueCrops(
  crops: readonly Crop[],
): readonly { readonly crop: Crop; readonly count: number }[] {
  const unique = new Map<string, { readonly crop: Crop; count: number }>();
  for (const crop of crops) {
    const key = [crop.picture, crop.top, crop.left, crop.mirrored].join();
    const entry = unique.get(key);
    if (entry) entry.count += 1;
    else unique.set(key, { crop, count: 1 });
  }
  return [...unique.values()];
}

function singleCrop(width: number, height: number, plan: CropPlan): ImageCrops {
  const { centralFraction, inputSize } = plan;
  // Rounded as in TensorFlow's central_crop: margins down to whole pixels.
  const margin = (length: number) => Math.floor((length - length * centralFraction) / 2);
  const [top, left] = [margin(height), margin(width)];
  const region = { top, left, width: width - 2 * left, height: height - 2 * top };
  return {
    pictures: [{ region, width: inputSize, height: inputSize }],
    crops: [{ picture: 0, top: 0, left: 0, mirrored: false }],
  };
}

/** The squares at the start, in the centre and at the end of the longer side. */
function squares(width: number, height: number): readonly Box[] {
  const side = Math.min(width, height);
  const rest = Math.max(width, height) - side;
  return [0, Math.floor(rest / 2), rest].map((offset) => ({
    top: height > width ? offset : 0,
    left: height > width ? 0 : offset,
    width: side,
    height: side,
  }));
}

function squareCrops(
  region: Box,
  scale: number,
  size: number,
  indexOf: (picture: PictureRequest) => number,
): readonly Crop[] {
  const scaled = { region, width: scale, height: scale };
  const square = { top: 0, left: 0, width: scale, height: scale, size };
  const [picture, whole] = [indexOf(scaled), indexOf({ ...scaled, square })];
  const far = scale - size;
  const centre = Math.floor(far / 2);
  const views = [
    { picture, top: 0, left: 0 },
    { picture, top: 0, left: far },
    { picture, top: far, left: 0 },
    { picture, top: far, left: far },
    { picture, top: centre, left: centre },
    { picture: whole, top: 0, left: 0 },
  ];
  return views.flatMap((view) => [
    { ...view, mirrored: false },
    { ...view, mirrored: true },
  ]);
}

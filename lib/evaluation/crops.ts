import type { Box } from '../images/picture';

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
export interface Crop {
  /** Index among the pictures of the image. */
  readonly picture: number;
  readonly top: number;
  readonly left: number;
  readonly mirrored: boolean;
}

import type { CropPlan } from './crops';
import type { ImageError } from './imageError';
import type { ImageSource, Picture } from './picture';

/** What is made of an image for evaluation: the pictures that the crops of a plan are cut from. */
export interface CropPreparation {
  readonly kind: 'crops';
  readonly plan: CropPlan;
}

/** What is made of an image for training: one randomly cropped, mirrored and distorted input, as Google's code does. */
export interface TrainingPreparation {
  readonly kind: 'training';
  readonly inputSize: number;
  /** Decides the crop, the mirror and the distortion. */
  readonly seed: number;
}

/** An image prepared for evaluation: its size, turned upright, and the pictures of `imageCrops(width, height, plan)` in order. */
export interface PreparedCrops {
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly Picture[];
}

/** An image prepared for training: float32 pixels in [-1, 1], [size, size, 3]. */
export interface PreparedInput {
  readonly pixels: Float32Array;
}

/** An image to train on, and what decides how it is distorted. */
export interface TrainingJob {
  readonly source: ImageSource;
  readonly preparation: TrainingPreparation;
}

/**
 * What reads and prepares images, in the order asked, at most `ahead` of them beyond the one that is taken; in the place of
 * one that cannot be read comes the error.
 */
export interface ImagePreparer {
  /** The pictures that the crops of a plan are cut from. */
  cropPictures(
    sources: Iterable<ImageSource>,
    plan: CropPlan,
    ahead: number,
  ): AsyncGenerator<PreparedCrops | ImageError, void>;
  /** Distorted inputs. */
  trainingInputs(
    jobs: Iterable<TrainingJob>,
    ahead: number,
  ): AsyncGenerator<PreparedInput | ImageError, void>;
}

/** The part of it that evaluations use. */
export type PicturePreparer = Pick<ImagePreparer, 'cropPictures'>;

import type { CropPlan } from '../evaluation/crops';
import type { Picture } from './picture';

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

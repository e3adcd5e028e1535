import type { Dataset } from './dataset';
import type { EvaluationImages } from './evaluationImages';

/** Two folders of images, to train on and to evaluate on; their images are read when it is their turn. */
export interface ImageFolders {
  readonly name: string;
  readonly classNames: readonly string[];
  /** Fingerprint of both folders, for the record of a run. */
  readonly sha256: string;
  readonly train: EvaluationImages;
  readonly validation: EvaluationImages;
}

/** What a run works with: images in memory or in folders. */
export type TrainingData = Dataset | ImageFolders;

/** Whether the images are in folders. */
export function areFolders(data: TrainingData): data is ImageFolders {
  return 'validation' in data;
}

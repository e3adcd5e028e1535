import type { ImageSource } from './picture';
import type {
  CropPreparation,
  PreparedCrops,
  PreparedInput,
  TrainingPreparation,
} from './preparation';

/** What can be made of an image, and what it then is. */
export interface Preparations {
  readonly crops: { readonly order: CropPreparation; readonly prepared: PreparedCrops };
  readonly training: { readonly order: TrainingPreparation; readonly prepared: PreparedInput };
}

export type Preparation = Preparations[keyof Preparations]['order'];
export type PreparedImage = Preparations[keyof Preparations]['prepared'];

/** An image for a worker to prepare, or the end of its work. */
export type WorkerOrder = ImageJob | 'close';

/** An image and what is to be made of it. */
export interface ImageJob {
  readonly id: number;
  readonly source: ImageSource;
  readonly preparation: Preparation;
}

/** What became of it; `failed` is an error of the program, not of the image. */
export type ImageAnswer = { readonly id: number } & (
  | { readonly prepared: PreparedImage }
  | { readonly unusable: { readonly file: string; readonly reason: string } }
  | { readonly failed: string }
);

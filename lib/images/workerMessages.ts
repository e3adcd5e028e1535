import type { ImageSource } from './picture';
import type { CropPreparation, PreparedCrops } from './preparation';

/** An image for a worker to prepare, or the end of its work. */
export type WorkerOrder = ImageJob | 'close';

/** An image and what is to be made of it. */
export interface ImageJob {
  readonly id: number;
  readonly source: ImageSource;
  readonly preparation: CropPreparation;
}

/** What became of it; `failed` is an error of the program, not of the image. */
export type ImageAnswer = { readonly id: number } & (
  | { readonly prepared: PreparedCrops }
  | { readonly unusable: { readonly file: string; readonly reason: string } }
  | { readonly failed: string }
);

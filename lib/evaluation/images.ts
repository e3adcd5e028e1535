import type { ImageSource } from '../images/picture';

/** Labelled images that networks are evaluated on, each loaded when it is its turn. */
export interface EvaluationImages {
  /** E.g. 'cifar10', or the name of a folder. */
  readonly name: string;
  /** Fingerprint of what decides the labels and the images, for records and for what may be resumed. */
  readonly sha256: string;
  readonly count: number;
  readonly classNames: readonly string[];
  /** The class of an image, an index into `classNames`. */
  label(index: number): number;
  /** For messages: the file's path, or the like. */
  describe(index: number): string;
  source(index: number): ImageSource;
  /** 1-based number of an image in ILSVRC's validation set, as blacklists count; absent where images have none. */
  validationNumber?(index: number): number;
}

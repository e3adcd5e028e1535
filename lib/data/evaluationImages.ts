import type { ImageSource } from '../images/picture';
import { type Dataset, imageBytes } from './dataset';

/** Labelled images that networks are evaluated on, each loaded when it is its turn. */
export interface EvaluationImages {
  /** E.g. 'cifar10', or the name of a folder. */
  readonly name: string;
  /** Fingerprint of what decides the labels and the images, for records and for what may be resumed. */
  readonly sha256: string;
  readonly count: number;
  /** How many there are in the set, where these are some of them; absent: all. */
  readonly of?: number;
  readonly classNames: readonly string[];
  /** The class of an image, an index into `classNames`. */
  label(index: number): number;
  /** For messages: the file's path, or the like. */
  describe(index: number): string;
  source(index: number): ImageSource;
  /** 1-based number of an image in ILSVRC's validation set, as blacklists count; absent where images have none. */
  readonly validationNumber?: (index: number) => number;
}

/** The test images of a data set in memory. */
export function datasetImages({
  name,
  imageSize,
  classNames,
  test,
  sha256,
}: Dataset): EvaluationImages {
  const bytes = imageBytes(imageSize);
  return {
    ...{ name, sha256, count: test.count, classNames },
    label: (index) => test.labels[index],
    describe: (index) => `${name}, test image ${index}`,
    source: (index) => ({
      picture: {
        width: imageSize,
        height: imageSize,
        pixels: test.pixels.subarray(index * bytes, (index + 1) * bytes),
      },
    }),
  };
}

/** So many of the images, evenly spread over all of them: folders have theirs class by class. */
export function evenlySpread(images: EvaluationImages, count: number): EvaluationImages {
  const place = (index: number): number => Math.floor((index * images.count) / count);
  const { validationNumber } = images;
  return {
    name: images.name,
    sha256: images.sha256,
    count,
    ...(count < images.count && { of: images.count }),
    classNames: images.classNames,
    label: (index) => images.label(place(index)),
    describe: (index) => images.describe(place(index)),
    source: (index) => images.source(place(index)),
    ...(validationNumber && { validationNumber: (index) => validationNumber(place(index)) }),
  };
}

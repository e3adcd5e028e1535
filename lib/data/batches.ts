import { scalePicture } from '../images/scale';
import { writeCrop } from '../images/writeCrop';
import { type CropKind, type ImageCrop, randomCrop, randomSizeCrop, WHOLE_IMAGE } from './augment';
import { imageBytes, type ImageSet } from './dataset';
import { randomStream, seedFor, shuffled } from './random';

/** One step's input: float32 pixels in [-1, 1], [count, size, size, 3], and the labels. */
export interface Batch {
  readonly count: number;
  readonly pixels: Float32Array;
  readonly labels: Int32Array;
}

/** Images to evaluate a network on, in batches. */
export interface BatchedImages {
  readonly count: number;
  /** Height and width of an input. */
  readonly imageSize: number;
  readonly batchSize: number;
  /** All images once, in the same order each time; only the last batch may be smaller. */
  batches(): Iterable<Batch> | AsyncIterable<Batch>;
}

/** How the training images of one epoch are drawn. */
export interface TrainingBatchOptions {
  readonly batchSize: number;
  readonly imageSize: number;
  /** Random crop and mirror; off gives the images as they are. */
  readonly augment: boolean;
  /** Which random crops, of images in memory; absent: 'shift'. */
  readonly crops?: CropKind;
  readonly seed: number;
  readonly epoch: number;
  /** Batches that are left out at the start, where a run goes on within an epoch; absent: 0. */
  readonly from?: number;
}

/**
 * The batches of one training epoch: every image once, in an order that the seed and the epoch decide alone.
 *
 * Images that do not fill a last batch wait for another epoch's order.
 */
export function* trainingBatches(
  images: ImageSet,
  options: TrainingBatchOptions,
): Generator<Batch> {
  const { batchSize, imageSize, seed, epoch, from = 0 } = options;
  const order = shuffled(images.count, seedFor(seed, 'order', epoch));
  const crops = cropsOf(options);
  // The crops of what is left out are drawn, so that those of the rest are the same.
  Array.from({ length: from * batchSize }, crops);
  for (let start = from * batchSize; start + batchSize <= images.count; start += batchSize) {
    yield assemble(images, order.subarray(start, start + batchSize), imageSize, crops);
  }
}

/** What draws the crops of an epoch, one after another. */
function cropsOf({ augment, crops, imageSize, seed, epoch }: TrainingBatchOptions) {
  const random = randomStream(seedFor(seed, 'augment', epoch));
  if (!augment) return () => WHOLE_IMAGE;
  return crops === 'randomSize'
    ? () => randomSizeCrop(imageSize, random)
    : () => randomCrop(random);
}

/** Images of 32x32 pixels in an evaluation's forward pass; larger brings nothing on two cores. */
const EVALUATION_BATCH = 250;

/** The images of a set, unchanged, for an evaluation. */
export function batchedImages(images: ImageSet, imageSize: number): BatchedImages {
  const { count } = images;
  const batchSize = Math.min(EVALUATION_BATCH, count);
  const batches = () => evaluationBatches(images, imageSize, batchSize);
  return { count, imageSize, batchSize, batches };
}

/** All images once, in their own order and unchanged; the last batch may be smaller. */
export function* evaluationBatches(
  images: ImageSet,
  imageSize: number,
  batchSize: number,
): Generator<Batch> {
  for (let start = 0; start < images.count; start += batchSize) {
    const count = Math.min(batchSize, images.count - start);
    const indices = Uint32Array.from({ length: count }, (_, index) => start + index);
    yield assemble(images, indices, imageSize, () => WHOLE_IMAGE);
  }
}

function assemble(
  images: ImageSet,
  indices: Uint32Array,
  size: number,
  crops: () => ImageCrop,
): Batch {
  const bytes = imageBytes(size);
  const pixels = new Float32Array(indices.length * bytes);
  indices.forEach((index, place) => {
    const image = images.pixels.subarray(index * bytes, (index + 1) * bytes);
    const picture = { width: size, height: size, pixels: image };
    const crop = crops();
    const shown = crop.part ? scalePicture(picture, crop.part, size, size) : picture;
    writeCrop(shown, crop, size, pixels.subarray(place * bytes, (place + 1) * bytes));
  });
  return {
    count: indices.length,
    pixels,
    labels: Int32Array.from(indices, (index) => images.labels[index]),
  };
}

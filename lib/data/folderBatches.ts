import { type CropPlan, cropPlan, imageCrops, writeCrop } from '../images/crops';
import { ImageError } from '../images/imageError';
import type { ImagePreparer, PreparedCrops, TrainingPreparation } from '../images/preparation';
import type { Batch, TrainingBatchOptions } from './batches';
import { imageBytes } from './dataset';
import type { EvaluationImages } from './evaluationImages';
import { seedFor, shuffled } from './random';

/** So many batches are prepared, or in work, while another one is used. */
const BATCHES_AHEAD = 2;

/**
 * The batches of one training epoch, as `trainingBatches` gives them of images in memory: the same order, and Google's
 * augmentation in the place of CIFAR-10's, drawn from the seed, the epoch and the image.
 *
 * Without augmentation an image gives its centre, as in evaluation. Throws the ImageError of an image that cannot be read.
 */
export async function* folderTrainingBatches(
  images: EvaluationImages,
  preparer: ImagePreparer,
  options: TrainingBatchOptions,
): AsyncGenerator<Batch> {
  const { batchSize, seed, epoch, augment, from = 0 } = options;
  const order = shuffled(images.count, seedFor(seed, 'order', epoch));
  const batches = Math.floor(images.count / batchSize);
  const indices = order.subarray(from * batchSize, batches * batchSize);
  const inputs = augment
    ? distortedInputs(images, indices, preparer, options)
    : centralInputs(images, indices, preparer, options);
  yield* assembled(images, indices, inputs, options);
}

/** The centres of all images once, in their own order; the last batch may be smaller. Throws as `folderTrainingBatches`. */
export async function* folderEvaluationBatches(
  images: EvaluationImages,
  preparer: ImagePreparer,
  size: BatchSize,
): AsyncGenerator<Batch> {
  const indices = Uint32Array.from({ length: images.count }, (_, index) => index);
  yield* assembled(images, indices, centralInputs(images, indices, preparer, size), size);
}

type BatchSize = Pick<TrainingBatchOptions, 'batchSize' | 'imageSize'>;

async function* distortedInputs(
  images: EvaluationImages,
  indices: Uint32Array,
  preparer: ImagePreparer,
  { imageSize, batchSize, seed, epoch }: TrainingBatchOptions,
): AsyncGenerator<Float32Array> {
  const preparation = (index: number): TrainingPreparation => ({
    kind: 'training',
    inputSize: imageSize,
    seed: seedFor(seed, 'augment', epoch, index),
  });
  const jobs = each(indices, (index) => ({
    source: images.source(index),
    preparation: preparation(index),
  }));
  for await (const input of preparer.trainingInputs(jobs, BATCHES_AHEAD * batchSize)) {
    if (input instanceof ImageError) throw input;
    yield input.pixels;
  }
}

async function* centralInputs(
  images: EvaluationImages,
  indices: Uint32Array,
  preparer: ImagePreparer,
  { imageSize, batchSize }: BatchSize,
): AsyncGenerator<Float32Array> {
  const plan = cropPlan(1, imageSize, 'imagenet');
  const sources = each(indices, (index) => images.source(index));
  for await (const prepared of preparer.cropPictures(sources, plan, BATCHES_AHEAD * batchSize)) {
    if (prepared instanceof ImageError) throw prepared;
    yield centralInput(prepared, plan);
  }
}

function centralInput({ width, height, pictures }: PreparedCrops, plan: CropPlan): Float32Array {
  const [crop] = imageCrops(width, height, plan).crops;
  const pixels = new Float32Array(imageBytes(plan.inputSize));
  writeCrop(pictures[crop.picture], crop, plan.inputSize, pixels);
  return pixels;
}

function* each<T>(indices: Uint32Array, make: (index: number) => T): Generator<T> {
  for (const index of indices) yield make(index);
}

async function* assembled(
  images: EvaluationImages,
  indices: Uint32Array,
  inputs: AsyncIterable<Float32Array>,
  { imageSize, batchSize }: BatchSize,
): AsyncGenerator<Batch> {
  const length = imageBytes(imageSize);
  let done = 0;
  let pixels = new Float32Array(0);
  for await (const input of inputs) {
    const place = done % batchSize;
    if (place === 0) {
      pixels = new Float32Array(Math.min(batchSize, indices.length - done) * length);
    }
    pixels.set(input, place * length);
    done += 1;
    if ((place + 1) * length === pixels.length) {
      const labels = Int32Array.from(indices.subarray(done - place - 1, done), (index) =>
        images.label(index),
      );
      yield { count: labels.length, pixels, labels };
    }
  }
}

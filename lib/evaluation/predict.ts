import * as tf from '@tensorflow/tfjs';

import type { EvaluationImages } from '../data/evaluationImages';
import { LabError } from '../errors';
import { type Crop, type CropPlan, imageCrops, uniqueCrops, writeCrop } from '../images/crops';
import { ImageError } from '../images/imageError';
import type { ImageSource, Picture } from '../images/picture';
import type { PicturePreparer, PreparedCrops } from '../images/preparation';
import type { InferenceNetwork } from './inferenceNetwork';

/** The softmax of an image, averaged over its crops, [classes]; or why the image could not be read. */
export type Prediction = Float32Array | ImageError;

/** What is to be predicted. */
export interface PredictionTask {
  readonly network: InferenceNetwork;
  readonly images: Pick<EvaluationImages, 'count' | 'source'>;
  readonly plan: CropPlan;
  /** Crops in a forward pass. */
  readonly batchSize: number;
  /** The first image that is wanted, a multiple of `groupSize`; absent: 0. */
  readonly from?: number;
}

/** One of the crops of a group of images, which counts `count` times in the average of its image. */
interface View {
  readonly image: number;
  readonly picture: Picture;
  readonly crop: Crop;
  readonly count: number;
}

/**
 * Crops in a forward pass unless told otherwise: a multiple of 12, as the crops of an image are; 240 at 32x32, fewer
 * where the activations of each are larger, and never fewer than 12.
 */
export function defaultBatchSize(inputSize: number): number {
  return 12 * Math.max(1, Math.floor(20 * (32 / inputSize) ** 2));
}

/**
 * Images whose crops share forward passes: as many square ones as fill a batch, at least one.
 *
 * Groups begin at multiples of this, so what an image shares its batches with does not depend on where an evaluation
 * was resumed.
 */
export function groupSize(plan: CropPlan, batchSize: number): number {
  const { inputSize } = plan;
  const distinct = uniqueCrops(imageCrops(inputSize, inputSize, plan).crops).length;
  return Math.max(1, Math.floor(batchSize / distinct));
}

/**
 * The predictions of all images from `from` on, group by group.
 *
 * Images are prepared while the network computes: two groups ahead, so memory does not depend on how many there are. Between
 * groups the event loop runs once. Throws a LabError when the network gives numbers that are not finite.
 */
export async function* predictions(
  task: PredictionTask,
  workers: PicturePreparer,
): AsyncGenerator<readonly Prediction[], void, undefined> {
  const { images, plan, batchSize, from = 0 } = task;
  const size = groupSize(plan, batchSize);
  const ahead = Math.max(4, 2 * size);
  let group: (PreparedCrops | ImageError)[] = [];
  for await (const prepared of workers.cropPictures(sourcesFrom(images, from), plan, ahead)) {
    group.push(prepared);
    if (group.length === size) {
      yield predictGroup(task, group);
      group = [];
      await tf.nextFrame();
    }
  }
  if (group.length > 0) yield predictGroup(task, group);
}

function* sourcesFrom(images: PredictionTask['images'], from: number): Generator<ImageSource> {
  for (let index = from; index < images.count; index++) yield images.source(index);
}

function predictGroup(
  { network, plan, batchSize }: PredictionTask,
  group: readonly (PreparedCrops | ImageError)[],
): readonly Prediction[] {
  const sums = group.map(() => new Float64Array(network.classes));
  const views = group.flatMap((prepared, image) => viewsOf(prepared, image, plan));
  for (let start = 0; start < views.length; start += batchSize) {
    addBatch(sums, views.slice(start, start + batchSize), network, batchSize);
  }
  return group.map((prepared, image) =>
    prepared instanceof ImageError ? prepared : mean(sums[image], plan.crops),
  );
}

function viewsOf(prepared: PreparedCrops | ImageError, image: number, plan: CropPlan): View[] {
  if (prepared instanceof ImageError) return [];
  const { crops } = imageCrops(prepared.width, prepared.height, plan);
  return uniqueCrops(crops).map(({ crop, count }) => ({
    image,
    picture: prepared.pictures[crop.picture],
    crop,
    count,
  }));
}

/** One forward pass; all have the same size, for which a graph is compiled, and zeros fill the last one up. */
function addBatch(
  sums: readonly Float64Array[],
  views: readonly View[],
  network: InferenceNetwork,
  batchSize: number,
): void {
  const { inputSize, classes } = network;
  const values = inputSize * inputSize * 3;
  const pixels = new Float32Array(batchSize * values);
  views.forEach(({ picture, crop }, place) => {
    writeCrop(picture, crop, inputSize, pixels.subarray(place * values, (place + 1) * values));
  });
  const probabilities = network.probabilities(pixels);
  views.forEach(({ image, count }, place) => {
    const own = probabilities.subarray(place * classes, (place + 1) * classes);
    own.forEach((probability, index) => (sums[image][index] += count * probability));
  });
}

function mean(sum: Float64Array, count: number): Float32Array {
  const result = Float32Array.from(sum, (value) => value / count);
  if (!result.every(Number.isFinite)) {
    throw new LabError(
      'The network gives probabilities that are not numbers: its weights are of no use. Evaluate others, or train it anew.',
    );
  }
  return result;
}

import { trainingBatches } from '../data/batches';
import { syntheticDataset } from '../data/synthetic';
import { measure, summarise, type Summary } from './timings';

const IMAGES = 4096;
const BATCH_SIZE = 32;

/** How fast training images come: cropped, mirrored and turned into float32, in batches. */
export interface InputTimes {
  readonly imageSize: number;
  readonly batch: number;
  /** For one batch. */
  readonly seconds: Summary;
  readonly imagesPerSecond: number;
}

/** Goes through an epoch of 32x32 images with augmentation in every round, as training does. */
export async function timeInput(rounds: number): Promise<InputTimes> {
  const { train, imageSize } = syntheticDataset(IMAGES, 1);
  const options = { batchSize: BATCH_SIZE, imageSize, augment: true, seed: 0 };
  const seconds: number[] = [];
  // The first epoch is the one in which Node compiles the loops.
  for (let epoch = -1; epoch < rounds; epoch++) {
    const spent = await measure(() => {
      let count = 0;
      for (const batch of trainingBatches(train, { ...options, epoch })) count += batch.count;
      return count;
    });
    if (epoch >= 0) seconds.push((spent.seconds * BATCH_SIZE) / IMAGES);
  }
  const summary = summarise(seconds);
  const imagesPerSecond = BATCH_SIZE / summary.median;
  return { imageSize, batch: BATCH_SIZE, seconds: summary, imagesPerSecond };
}

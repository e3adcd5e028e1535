import type { Config } from '../config';
import { type Batch, type BatchedImages, batchedImages, trainingBatches } from '../data/batches';
import { type Dataset, firstImages } from '../data/dataset';
import { UsageError } from '../errors';

/** Batches one by one; `return` ends them early. */
export type BatchStream = Generator<Batch> | AsyncGenerator<Batch>;

/** The images of a run. */
export interface TrainingImages {
  readonly trainCount: number;
  /** The batches of an epoch, the first is 0, without the first `from` ones. */
  trainBatches(epoch: number, from: number): BatchStream;
  readonly test: BatchedImages;
  /** Ends what reads the images. */
  close(): Promise<void>;
}

/**
 * The images that a config uses of its data. Throws a UsageError when they and the network do not fit together.
 *
 * `close` must be called in the end.
 */
export function trainingImages(config: Config, data: Dataset): TrainingImages {
  requireFit(config, data);
  return imagesOfDataset(config, data);
}

/** Updates of the weights in one epoch of so many images. */
export function stepsPerEpoch(
  { batchSize, accumulation = 1 }: Pick<Config, 'batchSize' | 'accumulation'>,
  images: number,
): number {
  return Math.floor(images / (batchSize * accumulation));
}

function imagesOfDataset(config: Config, { train, test, imageSize }: Dataset): TrainingImages {
  const { trainImages = train.count, testImages = test.count } = config.data;
  const images = firstImages(train, trainImages, imageSize);
  return {
    trainCount: trainImages,
    trainBatches: (epoch, from) => trainingBatches(images, { ...drawing(config), epoch, from }),
    test: batchedImages(firstImages(test, testImages, imageSize), imageSize),
    close: () => Promise.resolve(),
  };
}

function drawing({ batchSize, seed, data, network }: Config) {
  return { batchSize, seed, augment: data.augment, imageSize: network.inputSize };
}

/** Throws the UsageError of `trainingImages`, without opening anything. */
export function requireFit(config: Config, data: Dataset): void {
  const { network, batchSize, accumulation = 1 } = config;
  const { train, test } = data;
  const { trainImages = train.count, testImages = test.count } = config.data;
  const classes = data.classNames.length;
  if (network.inputSize !== data.imageSize) {
    throw new UsageError(
      `network.inputSize is ${network.inputSize}, but the images of ${data.name} are ${data.imageSize} pixels wide.`,
    );
  }
  if (network.classes !== classes) {
    throw new UsageError(
      `network.classes is ${network.classes}, but ${data.name} has ${classes} classes.`,
    );
  }
  if (stepsPerEpoch(config, trainImages) === 0) {
    const times = accumulation > 1 ? ` times accumulation (${accumulation})` : '';
    throw new UsageError(
      `batchSize is ${batchSize}${times}, more than data.trainImages (${trainImages}).`,
    );
  }
  requireSoMany('train', trainImages, train.count, data.name);
  requireSoMany('test', testImages, test.count, data.name);
}

function requireSoMany(split: 'train' | 'test', wanted: number, count: number, of: string): void {
  if (wanted > count) {
    throw new UsageError(`data.${split}Images is ${wanted}, but ${of} has ${count} such images.`);
  }
}

import type { Config } from '../config';
import { type Batch, type BatchedImages, batchedImages, trainingBatches } from '../data/batches';
import { type Dataset, firstImages } from '../data/dataset';
import { evenlySpread } from '../data/evaluationImages';
import { folderEvaluationBatches, folderTrainingBatches } from '../data/folderBatches';
import { areFolders, type ImageFolders, type TrainingData } from '../data/imageFolders';
import { UsageError } from '../errors';
import { ImageWorkers } from '../images/imageWorkers';

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
export function trainingImages(config: Config, data: TrainingData): TrainingImages {
  requireFit(config, data);
  return areFolders(data) ? imagesOfFolders(config, data) : imagesOfDataset(config, data);
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

function imagesOfFolders(config: Config, { train, validation }: ImageFolders): TrainingImages {
  const { trainImages = train.count, testImages = validation.count } = config.data;
  const images = evenlySpread(train, trainImages);
  const test = evenlySpread(validation, testImages);
  const { imageSize, ...options } = drawing(config);
  // What a training step's memory holds, inference's does.
  const size = { imageSize, batchSize: Math.min(config.batchSize, testImages) };
  const workers = new ImageWorkers();
  return {
    trainCount: trainImages,
    trainBatches: (epoch, from) =>
      folderTrainingBatches(images, workers, { ...options, imageSize, epoch, from }),
    test: {
      ...{ count: testImages, ...size },
      batches: () => folderEvaluationBatches(test, workers, size),
    },
    close: () => workers.close(),
  };
}

function drawing({ batchSize, seed, data, network }: Config) {
  const crops = data.name === 'imageFolder' ? undefined : data.crops;
  return { batchSize, seed, augment: data.augment, crops, imageSize: network.inputSize };
}

/** Throws the UsageError of `trainingImages`, without opening anything. */
export function requireFit(config: Config, data: TrainingData): void {
  const { network, batchSize, accumulation = 1 } = config;
  const { train, test } = areFolders(data) ? { train: data.train, test: data.validation } : data;
  const { trainImages = train.count, testImages = test.count } = config.data;
  const classes = data.classNames.length;
  const names = namesOf(config, data);
  if ('imageSize' in data && network.inputSize !== data.imageSize) {
    throw new UsageError(
      `network.inputSize is ${network.inputSize}, but the images of ${data.name} are ${data.imageSize} pixels wide.`,
    );
  }
  if (network.classes !== classes) {
    throw new UsageError(
      `network.classes is ${network.classes}, but ${names.train} has ${classes} classes.`,
    );
  }
  if (stepsPerEpoch(config, trainImages) === 0) {
    const times = accumulation > 1 ? ` times accumulation (${accumulation})` : '';
    throw new UsageError(
      `batchSize is ${batchSize}${times}, more than data.trainImages (${trainImages}).`,
    );
  }
  requireSoMany('train', trainImages, train.count, names.train);
  requireSoMany('test', testImages, test.count, names.test);
}

/** What messages call the images. */
function namesOf({ data }: Config, { name }: TrainingData) {
  return data.name === 'imageFolder'
    ? { train: data.train, test: data.validation }
    : { train: name, test: name };
}

function requireSoMany(split: 'train' | 'test', wanted: number, count: number, of: string): void {
  if (wanted > count) {
    throw new UsageError(`data.${split}Images is ${wanted}, but ${of} has ${count} such images.`);
  }
}

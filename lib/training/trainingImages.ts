import type { Config } from '../config';
import { type Dataset, firstImages, type ImageSet } from '../data/dataset';
import { UsageError } from '../errors';

/** The images of a run. */
export interface TrainingImages {
  readonly train: ImageSet;
  readonly test: ImageSet;
}

/** The images that a config uses of a data set. Throws a UsageError when they and the network do not fit together. */
export function trainingImages(config: Config, dataset: Dataset): TrainingImages {
  requireFit(config, dataset);
  const { trainImages, testImages } = config.data;
  return {
    train: select(dataset, 'train', trainImages),
    test: select(dataset, 'test', testImages),
  };
}

/** Updates of the weights in one epoch. */
export function stepsPerEpoch({ data, batchSize, accumulation = 1 }: Config): number {
  return Math.floor(data.trainImages / (batchSize * accumulation));
}

function requireFit(config: Config, dataset: Dataset): void {
  const { data, network, batchSize, accumulation = 1 } = config;
  const classes = dataset.classNames.length;
  if (network.inputSize !== dataset.imageSize) {
    throw new UsageError(
      `network.inputSize is ${network.inputSize}, but the images of ${dataset.name} are ${dataset.imageSize} pixels wide.`,
    );
  }
  if (network.classes !== classes) {
    throw new UsageError(
      `network.classes is ${network.classes}, but ${dataset.name} has ${classes} classes.`,
    );
  }
  if (stepsPerEpoch(config) === 0) {
    const times = accumulation > 1 ? ` times accumulation (${accumulation})` : '';
    throw new UsageError(
      `batchSize is ${batchSize}${times}, more than data.trainImages (${data.trainImages}).`,
    );
  }
}

function select(dataset: Dataset, split: 'train' | 'test', count: number): ImageSet {
  const images = dataset[split];
  if (count > images.count) {
    throw new UsageError(
      `data.${split}Images is ${count}, but ${dataset.name} has ${images.count} such images.`,
    );
  }
  return firstImages(images, count, dataset.imageSize);
}

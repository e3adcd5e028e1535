import type { Config } from '../config';
import { UsageError } from '../errors';
import { loadCifar10 } from './cifar10';
import type { Dataset } from './dataset';
import type { TrainingData } from './imageFolders';
import { syntheticDataset } from './synthetic';
import { openTrainingFolders } from './trainingFolders';

/**
 * Loads the data set that a config names into memory.
 *
 * Throws a UsageError for folders of images, which are read one by one, and a LabError when files are missing or corrupt.
 */
export async function loadDataset({ data }: Pick<Config, 'data'>): Promise<Dataset> {
  if (data.name === 'imageFolder') {
    throw new UsageError(
      `The images of ${data.train} are not loaded into memory: expected cifar10 or synthetic as data.name.`,
    );
  }
  return data.name === 'cifar10' ? loadCifar10() : syntheticDataset();
}

/**
 * What a config is trained on: a data set in memory, or folders of images.
 *
 * Throws a LabError when files are missing or corrupt, and a UsageError when folders are not in ImageNet's layout or have
 * different classes.
 */
export async function loadTrainingData(config: Pick<Config, 'data'>): Promise<TrainingData> {
  const { data } = config;
  return data.name === 'imageFolder' ? openTrainingFolders(data) : loadDataset(config);
}

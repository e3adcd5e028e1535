import type { Config } from '../config';
import { loadCifar10 } from './cifar10';
import type { Dataset } from './dataset';
import { syntheticDataset } from './synthetic';

/** Loads the data set that a config names. Throws a LabError when its files are missing or corrupt. */
export async function loadDataset({ data }: Config): Promise<Dataset> {
  return data.name === 'cifar10' ? loadCifar10() : syntheticDataset();
}

import { isDeepStrictEqual } from 'node:util';

import type { Config } from '../config';
import { loadCifar10 } from '../data/cifar10';
import type { Dataset } from '../data/dataset';
import { datasetImages, type EvaluationImages, evenlySpread } from '../data/evaluationImages';
import { folderImages, openImageFolder } from '../data/imageFolder/imageFolder';
import { syntheticDataset } from '../data/synthetic';
import { UsageError } from '../errors';
import type { CropProtocol } from '../images/crops';
import type { EvaluatedModel } from '../results/evaluatedModel';
import type { EvaluateOptions } from './evaluateOptions';

/** The images of an evaluation, and how they are cut. */
export interface ChosenImages {
  readonly images: EvaluationImages;
  readonly protocol: CropProtocol;
}

/** Where images come from. */
type ImagesChoice = Pick<EvaluateOptions, 'data' | 'labels' | 'synsets' | 'limit'>;

/**
 * The images that options choose, or the test images of what the models were trained on.
 *
 * Throws a UsageError when nothing says which, and errors as `loadCifar10` and `openImageFolder` do.
 */
export async function chosenImages(
  choice: ImagesChoice,
  models: readonly EvaluatedModel[],
): Promise<ChosenImages> {
  const chosen = await allImages(
    choice.data === undefined ? { ...choice, ...dataOf(models) } : choice,
  );
  const { limit = Infinity } = choice;
  return limit < chosen.images.count
    ? { ...chosen, images: evenlySpread(chosen.images, limit) }
    : chosen;
}

/** How the images are cut that a model was trained on. */
export function protocolOf({ trainedOn }: EvaluatedModel): CropProtocol {
  return isInMemory(trainedOn?.name ?? '') ? 'cifar10' : 'imagenet';
}

async function allImages({ data = '', labels, synsets }: ImagesChoice): Promise<ChosenImages> {
  if (!isInMemory(data)) {
    const folder = openImageFolder(data, { labels, synsets });
    return { images: folderImages(folder), protocol: 'imagenet' };
  }
  if (labels !== undefined || synsets !== undefined) {
    throw new UsageError(
      `${data} has labels and classes of its own: leave those files out, or name a folder of images (./${data}, if it is called so).`,
    );
  }
  return { images: datasetImages(await datasetOf(data)), protocol: 'cifar10' };
}

function isInMemory(name: string): name is 'cifar10' | 'synthetic' {
  return name === 'cifar10' || name === 'synthetic';
}

async function datasetOf(name: 'cifar10' | 'synthetic'): Promise<Dataset> {
  return name === 'cifar10' ? loadCifar10() : syntheticDataset();
}

/** What all of the models that tell it were trained on. */
function dataOf(models: readonly EvaluatedModel[]): ImagesChoice {
  const told = models.flatMap(({ trainedOn, reference }) =>
    trainedOn ? [{ reference, choice: testImagesOf(trainedOn) }] : [],
  );
  if (told.length === 0) {
    throw new UsageError(
      `Weight files do not say what they were trained on: name the images, cifar10 or a folder.`,
    );
  }
  const [first] = told;
  const other = told.find(({ choice }) => !isDeepStrictEqual(choice, first.choice));
  if (other) {
    throw new UsageError(
      `${first.reference} was trained for ${first.choice.data}, ${other.reference} for ${other.choice.data}: name the images on which both are evaluated.`,
    );
  }
  return first.choice;
}

function testImagesOf(data: Config['data']): ImagesChoice {
  if (data.name !== 'imageFolder') return { data: data.name };
  const { validation, labels, synsets } = data;
  return { data: validation, labels, synsets };
}

import { mkdirSync } from 'node:fs';
import path from 'node:path';

import sharp from 'sharp';

import { projectRoot } from '../../projectRoot';
import { loadCifar10 } from '../cifar10';
import { type Dataset, imageBytes, type ImageSet } from '../dataset';

/** Folders of images, with a folder for each class in both. */
export interface ExampleFolders {
  readonly train: string;
  readonly validation: string;
  /** The files of the validation folder, class by class. */
  readonly validationFiles: readonly string[];
}

const CLASSES = ['airplane', 'frog', 'ship'] as const;

/** Images of each class. */
const TRAINING_IMAGES = 64;
const VALIDATION_IMAGES = 32;

/**
 * Writes images of three of CIFAR-10's classes as PNG files of 32x32 pixels, to try out what is done with images of one's own:
 * 64 of each class for training and 32 for validation, in .lab/examples/ unless told otherwise. Always the same images; what
 * is there is written anew. Throws a LabError when CIFAR-10 is not there.
 */
export async function exampleFolders(
  folder: string = path.join(projectRoot(), '.lab', 'examples'),
): Promise<ExampleFolders> {
  const dataset = await loadCifar10();
  const [train, validation] = ['train', 'validation'].map((name) => path.join(folder, name));
  await writeClasses(train, dataset, dataset.train, TRAINING_IMAGES);
  const validationFiles = await writeClasses(validation, dataset, dataset.test, VALIDATION_IMAGES);
  return { train, validation, validationFiles };
}

/** The paths of the files, class by class. */
async function writeClasses(
  folder: string,
  dataset: Dataset,
  images: ImageSet,
  perClass: number,
): Promise<readonly string[]> {
  const files = CLASSES.flatMap((name) => {
    mkdirSync(path.join(folder, name), { recursive: true });
    return firstOfClass(images, dataset.classNames.indexOf(name), perClass).map((index, place) => ({
      index,
      file: path.join(folder, name, `${place + 1}.png`),
    }));
  });
  await Promise.all(files.map(({ index, file }) => writeImage(file, images, index, dataset)));
  return files.map(({ file }) => file);
}

function firstOfClass({ labels }: ImageSet, label: number, count: number): readonly number[] {
  return [...labels.keys()].filter((index) => labels[index] === label).slice(0, count);
}

async function writeImage(
  file: string,
  { pixels }: ImageSet,
  index: number,
  { imageSize }: Dataset,
): Promise<void> {
  const bytes = imageBytes(imageSize);
  const raw = { width: imageSize, height: imageSize, channels: 3 } as const;
  await sharp(pixels.subarray(index * bytes, (index + 1) * bytes), { raw })
    .png()
    .toFile(file);
}

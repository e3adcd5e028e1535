import { createHash } from 'node:crypto';
import path from 'node:path';

import type { EvaluationImages } from '../evaluationImages';
import { displayNames } from './displayNames';
import { imageNetSynsets } from './imageNetClasses';
import { classFolders, flatFolder, type LabelledFiles } from './layouts';
import { fileSize } from './listing';
import { readSynsets } from './synsetFile';
import { validationNumbers } from './validationNumbers';

/** What a folder alone does not say about its images. */
export interface ImageFolderOptions {
  /** File with the classes of images that lie in one folder (`readLabelFile`); absent: a folder per class. */
  readonly labels?: string;
  /** File with a class per line, in the order of the network's outputs; absent: sorted by name. */
  readonly synsets?: string;
}

/** JPEG and PNG files of a folder, each with its class. */
export interface ImageFolder {
  readonly folder: string;
  readonly count: number;
  /** What folders or the label file call the classes, in the order of their numbers. */
  readonly classes: readonly string[];
  /** Short names for people, all different: ImageNet's synsets by their words. */
  readonly classNames: readonly string[];
  /** SHA-256 over the classes and each image's path, size and class; not over its pixels. */
  readonly sha256: string;
  /** The class of each image, an index into `classes`. */
  readonly labels: Uint32Array;
  /** Path of an image below the folder. */
  path(index: number): string;
  /** 1-based number of each image in ILSVRC's validation set, where the images have such numbers. */
  readonly validationNumbers?: Uint32Array;
}

/**
 * Lists a folder in ImageNet's layout: a folder per class, or images in one folder with a label file.
 *
 * Images are in the order of their classes and names. No image is opened: one that cannot be read is refused when it is its
 * turn. Throws a UsageError or a LabError for what makes the classes of the images unclear.
 */
export function openImageFolder(folder: string, options: ImageFolderOptions = {}): ImageFolder {
  const { labels, synsets } = options;
  const list = synsets === undefined ? undefined : { file: synsets, ...readSynsets(synsets) };
  const flat = labels !== undefined;
  const files = flat ? flatFolder(folder, labels, list) : classFolders(folder, list);
  const { paths, classes } = files;
  const numbers = validationNumbers(paths, flat);
  return {
    folder,
    count: paths.count,
    classes,
    classNames: displayNames(classes, knownNames(files)),
    sha256: fingerprint(folder, files),
    labels: files.labels,
    path: (index) => paths.at(index),
    ...(numbers && { validationNumbers: numbers }),
  };
}

/** The images of a folder for evaluation, each read from its file when it is its turn. */
export function folderImages(images: ImageFolder): EvaluationImages {
  const { folder, count, classNames, sha256, labels, validationNumbers: numbers } = images;
  const file = (index: number) => path.join(folder, images.path(index));
  return {
    ...{ name: path.basename(path.resolve(folder)), sha256, count, classNames },
    label: (index) => labels[index],
    describe: file,
    source: (index) => ({ file: file(index) }),
    ...(numbers && { validationNumber: (index) => numbers[index] }),
  };
}

/** The names that the synset file gives, or else ImageNet's. */
function knownNames({ classes, names }: LabelledFiles): ReadonlyMap<string, string> {
  const isSynset = (name: string) => /^n\d{8}$/.test(name);
  return names.size > 0 || !classes.some(isSynset) ? names : imageNetSynsets().names;
}

function fingerprint(folder: string, { classes, paths, labels }: LabelledFiles): string {
  const hash = createHash('sha256').update(JSON.stringify(classes));
  for (let index = 0; index < paths.count; index++) {
    const file = paths.at(index);
    const size = fileSize(path.join(folder, file));
    hash.update(`${JSON.stringify(file)} ${size} ${labels[index]}\n`);
  }
  return hash.digest('hex');
}

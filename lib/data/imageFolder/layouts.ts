import { realpathSync } from 'node:fs';
import path from 'node:path';

import { UsageError } from '../../errors';
import { flatLabels, type SynsetFile } from './flatLabels';
import { imagesBelow, listFolder } from './listing';
import { PathList } from './pathList';
import type { ClassList } from './synsetFile';

/** The images of a folder and the classes they belong to. */
export interface LabelledFiles extends ClassList {
  /** Paths below the folder. */
  readonly paths: PathList;
  /** The class of each path, an index into `classes`. */
  readonly labels: Uint32Array;
}

/**
 * A folder per class, in the order of their names or of a synset file.
 *
 * Throws a UsageError for images beside the class folders, a class without images, fewer than two classes, and folders that
 * are not those of the synset file.
 */
export function classFolders(folder: string, synsets: SynsetFile | undefined): LabelledFiles {
  const { folders, images } = listFolder(folder);
  if (images.length > 0) {
    throw new UsageError(
      `${path.join(folder, images[0])} lies in no class folder. Move it into the folder of its class, or give a label file if the images lie in one folder.`,
    );
  }
  if (synsets) refuseDifferent(folder, folders, synsets);
  const classes = synsets?.classes ?? folders;
  if (classes.length < 2) {
    throw new UsageError(
      `${folder} has ${classes.length} class folders; expected two or more, with the images of a class in each.`,
    );
  }
  const counts = new Uint32Array(classes.length);
  const paths = PathList.of(pathsByClass(folder, classes, counts));
  return { classes, names: synsets?.names ?? new Map(), paths, labels: repeated(counts) };
}

/** Images in one folder, with their classes in a label file. Throws a UsageError when there are none, or folders instead. */
export function flatFolder(
  folder: string,
  labels: string,
  synsets: SynsetFile | undefined,
): LabelledFiles {
  const { folders, images } = listFolder(folder);
  if (images.length === 0) {
    const found = folders.length > 0 ? `, but folders such as ${folders[0]}` : '';
    throw new UsageError(
      `${folder} has no JPEG or PNG files${found}. A label file is for images that lie in the folder itself; without it, each folder is a class.`,
    );
  }
  return { paths: PathList.of(images), ...flatLabels(labels, images, synsets) };
}

function* pathsByClass(
  folder: string,
  classes: readonly string[],
  counts: Uint32Array,
): Generator<string> {
  for (const [index, name] of classes.entries()) {
    const images = imagesBelow(path.join(folder, name), [realpathSync(folder)]);
    if (images.length === 0) {
      throw new UsageError(
        `The class folder ${path.join(folder, name)} has no JPEG or PNG files. Put its images there, or remove it.`,
      );
    }
    counts[index] = images.length;
    for (const image of images) yield `${name}/${image}`;
  }
}

function refuseDifferent(folder: string, folders: readonly string[], synsets: SynsetFile): void {
  const { file, classes } = synsets;
  const [named, found] = [new Set(classes), new Set(folders)];
  const unknown = folders.find((name) => !named.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`${path.join(folder, unknown)} is a class that is not in ${file}.`);
  }
  const missing = classes.find((name) => !found.has(name));
  if (missing !== undefined) {
    throw new UsageError(
      `${file} has ${classes.length} classes, but ${folder} has ${folders.length}: there is no folder ${missing}.`,
    );
  }
}

/** Each class number as often as it has images. */
function repeated(counts: Uint32Array): Uint32Array {
  const labels = new Uint32Array(counts.reduce((sum, count) => sum + count, 0));
  let start = 0;
  counts.forEach((count, label) => {
    labels.fill(label, start, start + count);
    start += count;
  });
  return labels;
}

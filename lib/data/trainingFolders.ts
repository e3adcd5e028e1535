import type { FolderData } from '../config';
import { contentHash } from '../contentHash';
import { UsageError } from '../errors';
import { folderImages, type ImageFolder, openImageFolder } from './imageFolder/imageFolder';
import type { ImageFolders } from './imageFolders';

/**
 * Lists the two folders of a config. The classes are numbered as the validation folder, its label file and the synset file
 * have them; in the training folder they are found by their names.
 *
 * Throws a UsageError when a folder is not in ImageNet's layout, or when the two do not have the same classes.
 */
export function openTrainingFolders(data: FolderData): ImageFolders {
  const { labels, synsets } = data;
  const train = openImageFolder(data.train);
  const validation = openImageFolder(data.validation, { labels, synsets });
  requireSameClasses(data, train, validation);
  const { classNames } = validation;
  const numbers = new Map(validation.classes.map((name, index) => [name, index]));
  const labelOf = train.classes.map((name) => numbers.get(name) as number);
  return {
    name: 'imageFolder',
    classNames,
    sha256: contentHash([train.sha256, validation.sha256], 64),
    train: {
      ...folderImages(train),
      classNames,
      label: (index) => labelOf[train.labels[index]],
    },
    validation: folderImages(validation),
  };
}

function requireSameClasses(data: FolderData, train: ImageFolder, validation: ImageFolder): void {
  requireAll('data.train', data.train, train, validation);
  requireAll('data.validation', data.validation, validation, train);
}

function requireAll(setting: string, folder: string, has: ImageFolder, wanted: ImageFolder): void {
  const known = new Set(has.classes);
  const missing = wanted.classes.filter((name) => !known.has(name));
  if (missing.length > 0) {
    const others = missing.length > 1 ? ` and ${missing.length - 1} others` : '';
    throw new UsageError(
      `${setting} (${folder}) lacks the class ${missing[0]}${others} of ${wanted.folder}. Give both folders the same classes; data.synsets names those of a label file of numbers.`,
    );
  }
}

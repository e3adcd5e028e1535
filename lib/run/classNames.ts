import { existsSync } from 'node:fs';

import type { Config } from '../config';
import { CIFAR10_CLASSES } from '../data/cifar10';
import { displayNames } from '../data/imageFolder/displayNames';
import { openImageFolder } from '../data/imageFolder/imageFolder';
import { imageNetClasses } from '../data/imageFolder/imageNetClasses';
import { readSynsets } from '../data/imageFolder/synsetFile';
import { syntheticDataset } from '../data/synthetic';
import { UsageError } from '../errors';
import type { EvaluatedModel } from '../results/evaluatedModel';

/** Slim's networks have a class 0 before ImageNet's 1000. */
const BACKGROUND = 'background';

/**
 * What a model's classes are called: by the data that its run was trained on; for a weight file with 1000 or 1001 classes,
 * by ImageNet. Undefined where nothing tells, or where the folder that does is gone.
 */
export function classNamesOf({ trainedOn, config }: EvaluatedModel): readonly string[] | undefined {
  if (trainedOn) return classNamesIn(trainedOn);
  const names = imageNetClasses().map(({ name }) => name);
  if (config.classes === names.length) return names;
  return config.classes === names.length + 1 ? [BACKGROUND, ...names] : undefined;
}

function classNamesIn(data: Config['data']): readonly string[] | undefined {
  if (data.name !== 'imageFolder') {
    return data.name === 'cifar10' ? CIFAR10_CLASSES : syntheticDataset(0, 0).classNames;
  }
  const { validation, labels, synsets } = data;
  return existsSync(validation)
    ? openImageFolder(validation, { labels, synsets }).classNames
    : undefined;
}

/** The names in a file with a class a line. Throws a UsageError unless it has as many as the model tells apart. */
export function readClassNames(
  file: string,
  { config, reference }: EvaluatedModel,
): readonly string[] {
  const { classes, names } = readSynsets(file);
  if (classes.length !== config.classes) {
    throw new UsageError(
      `${file} names ${classes.length} classes, but ${reference} tells ${config.classes} apart: give the file of the classes that it was trained on.`,
    );
  }
  return displayNames(classes, names);
}

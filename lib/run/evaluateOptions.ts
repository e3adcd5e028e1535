import { UsageError } from '../errors';
import type { CropCount } from '../images/crops';
import type { Weights } from '../training/execution';

/** How models are evaluated, and on what. */
export interface EvaluateOptions {
  /**
   * 'cifar10', or a folder of images in ImageNet's layout: a folder for each class, or all images in one with `labels`.
   * Absent: the test images of what the models' runs were trained on.
   */
  readonly data?: string;
  /** The file with the labels of a folder that has all images in one. */
  readonly labels?: string;
  /** A file with a class a line, which gives the order of the classes; absent: sorted by name. */
  readonly synsets?: string;
  /** A file with the numbers of ILSVRC's validation images to leave out of a second set of metrics, one a line. */
  readonly blacklist?: string;
  /** 1, 12 or 144 crops of each image, over which the softmax is averaged; 1 unless told otherwise. */
  readonly crops?: CropCount;
  /** At most so many images, evenly spread over all of them; absent: all. */
  readonly limit?: number;
  /** The moving averages of a run's parameters, unless told otherwise, or the parameters as the last step left them. */
  readonly weights?: Weights;
  /** Leave images that cannot be read out, and list them in the record; absent: the first one ends the evaluation. */
  readonly skipCorrupt?: boolean;
  /** Crops in a forward pass; absent: by the size of the network's input. */
  readonly batchSize?: number;
}

const CROP_COUNTS: readonly number[] = [1, 12, 144] satisfies readonly CropCount[];

/** Throws a UsageError that names the option, its value and what was expected. */
export function checkEvaluateOptions(options: EvaluateOptions): void {
  const { crops, weights, data, labels, synsets } = options;
  if (crops !== undefined && !CROP_COUNTS.includes(crops)) {
    throw new UsageError(`crops is ${String(crops)}: expected 1, 12 or 144.`);
  }
  if (weights !== undefined && weights !== 'averaged' && weights !== 'raw') {
    throw new UsageError(`weights is ${JSON.stringify(weights)}: expected averaged or raw.`);
  }
  for (const name of ['limit', 'batchSize'] as const) checkCount(name, options[name]);
  for (const name of ['data', 'labels', 'synsets', 'blacklist'] as const) {
    checkPath(name, options[name]);
  }
  if ((labels ?? synsets) !== undefined && data === undefined) {
    throw new UsageError(
      'Labels and synsets are those of a folder of images: name it as data, too.',
    );
  }
}

function checkCount(name: string, value: unknown): void {
  if (value !== undefined && !(Number.isInteger(value) && (value as number) > 0)) {
    throw new UsageError(`${name} is ${JSON.stringify(value)}: expected a whole number from 1 on.`);
  }
}

function checkPath(name: string, value: unknown): void {
  if (value !== undefined && (typeof value !== 'string' || value === '')) {
    throw new UsageError(`${name} is ${JSON.stringify(value)}: expected the path of a file.`);
  }
}

import { createHash } from 'node:crypto';

import { UsageError } from '../../errors';
import type { EvaluationImages } from '../evaluationImages';
import { readLines } from './synsetFile';

/** Images that errors are also given without. */
export interface Blacklist {
  /** SHA-256 of the numbers, for records. */
  readonly sha256: string;
  /** 1-based numbers of images in ILSVRC's validation set. */
  readonly numbers: ReadonlySet<number>;
}

/** Images of ILSVRC's validation set. */
const VALIDATION_IMAGES = 50_000;

/**
 * Reads a file such as ILSVRC2014_clsloc_validation_blacklist.txt for these images: a 1-based validation number per line.
 *
 * Not all of the numbers need to be among the images. Throws a UsageError for images without numbers, and for lines that are
 * no number from 1 to 50,000 or stand there twice.
 */
export function readBlacklist(file: string, images: EvaluationImages): Blacklist {
  if (!images.validationNumber) {
    throw new UsageError(
      `The blacklist ${file} cannot be applied to ${images.name}: its images have no numbers in ILSVRC's validation set. Expected names such as ILSVRC2012_val_00000293.JPEG, or one folder with a label file.`,
    );
  }
  const numbers = new Set<number>();
  readLines(file).forEach((line, index) => {
    const number = /^\d+$/.test(line) ? Number(line) : 0;
    const at = `${file}, line ${index + 1}: `;
    if (number < 1 || number > VALIDATION_IMAGES) {
      throw new UsageError(
        `${at}${line} is no image of ILSVRC's validation set; expected a number from 1 to ${VALIDATION_IMAGES}.`,
      );
    }
    if (numbers.has(number)) throw new UsageError(`${at}${line} stands there a second time.`);
    numbers.add(number);
  });
  return { sha256: sha256Of(numbers), numbers };
}

function sha256Of(numbers: ReadonlySet<number>): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  return createHash('sha256').update(sorted.join('\n')).digest('hex');
}

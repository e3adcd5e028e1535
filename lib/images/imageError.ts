import { LabError } from '../errors';

/** An image that cannot be used: which file, and why. */
export class ImageError extends LabError {
  constructor(
    readonly file: string,
    /** Goes on after the file's name, e.g. "is empty". */
    readonly reason: string,
  ) {
    super(`${file} ${reason}.`);
  }
}

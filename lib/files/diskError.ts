import { LabError } from '../errors';

/** What the common refusals of a file system mean, and what to do about each. */
const CAUSES: Readonly<Record<string, readonly [cause: string, remedy: string]>> = {
  ENOSPC: ['the disk is full', 'Free space'],
  EDQUOT: ['the quota of the disk is used up', 'Free space'],
  EFBIG: ['files of this size are not allowed here', 'Raise the limit (ulimit -f)'],
  EROFS: ['the file system is read-only', 'Make it writable'],
  EACCES: ['this user may not write there', 'Allow it'],
  EPERM: ['this user may not write there', 'Allow it'],
  ENOENT: ['it, or its folder, was taken away', 'Put it back'],
};

/** Whether an error comes from the operating system. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error && 'code' in error;
}

/**
 * Does what writes a file; a refusal of the file system becomes a LabError with the file, the cause and the remedy.
 *
 * `goesOn` ends the sentence "..., then run the same command again: ", e.g. "it goes on from step 40".
 */
export function writing<Result>(file: string, goesOn: () => string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const [cause, remedy] = CAUSES[error.code ?? ''] ?? [error.message, 'Repair that'];
    throw new LabError(
      `${file} cannot be written: ${cause} (${error.code}). ${remedy}, then run the same command again: ${goesOn()}.`,
    );
  }
}

/** The same for what takes its time. */
export async function writingLater<Result>(
  file: string,
  goesOn: () => string,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    return writing(file, goesOn, () => {
      throw error;
    });
  }
}

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

/** Node writes less than 2^31 bytes at a time. */
const MOST_AT_ONCE = 2 ** 30;

/** Ends the name of a file that is being written; one that a killed process left behind is of no use. */
export const TEMPORARY = '.tmp';

/**
 * Writes a file that appears under its name when it is complete and on the disk; what had the name before stays until then.
 *
 * The pieces are asked for one by one, and `name` (a path in the folder of `temporary`) after the last. The folder is made. An
 * error of the file system or of the pieces is thrown as it is, and leaves nothing behind.
 */
export function writeDurably(
  temporary: string,
  pieces: Iterable<Uint8Array>,
  name: () => string,
): string {
  mkdirSync(path.dirname(temporary), { recursive: true });
  const descriptor = openSync(temporary, 'w');
  try {
    try {
      for (const piece of pieces) writeAll(descriptor, piece);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, name());
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(path.dirname(temporary));
  return name();
}

/** Adds to the end of a file that is there, and waits for the disk. An error takes back what was written of the text. */
export function appendDurably(file: string, text: string): void {
  const descriptor = openSync(file, constants.O_WRONLY | constants.O_APPEND);
  try {
    const { size } = fstatSync(descriptor);
    try {
      writeAll(descriptor, Buffer.from(text));
      fsyncSync(descriptor);
    } catch (error) {
      ftruncateSync(descriptor, size);
      throw error;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Cuts a file off after so many bytes, and waits for the disk. */
export function truncateDurably(file: string, bytes: number): void {
  const descriptor = openSync(file, 'r+');
  try {
    ftruncateSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Until the folder is on the disk, a power failure can undo a renaming; not every system can do this. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The file is whole either way.
  }
}

/** Writes all of the bytes, for a system may take fewer at a time; `position` is the place in the file, absent: where it is. */
export function writeAll(descriptor: number, bytes: Uint8Array, position?: number): void {
  let written = 0;
  while (written < bytes.length) {
    const length = Math.min(bytes.length - written, MOST_AT_ONCE);
    const place = position === undefined ? null : position + written;
    written += writeSync(descriptor, bytes, written, length, place);
  }
}

import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

import { LabError, UsageError } from '../../errors';

/** Files and folders of a folder, sorted by name; hidden ones and files that are no images are left out. */
export interface Listing {
  readonly folders: readonly string[];
  readonly images: readonly string[];
}

const IMAGE_FILE = /\.(jpe?g|png)$/i;
const OTHER_IMAGE_FILE = /\.(avif|bmp|gif|heic|jp2|pgm|ppm|tiff?|webp)$/i;

/**
 * Lists a folder; links are followed.
 *
 * Images are files whose names end in .jpg, .jpeg or .png. Throws a UsageError when the folder is missing or has images in
 * another format, and a LabError for a link that leads nowhere and has no such name: it may have been a class.
 */
export function listFolder(folder: string): Listing {
  const folders: string[] = [];
  const images: string[] = [];
  for (const entry of readFolder(folder)) {
    const { name } = entry;
    if (name.startsWith('.')) continue;
    if (isFolder(entry, path.join(folder, name))) folders.push(name);
    else if (IMAGE_FILE.test(name)) images.push(name);
    else refuseOtherFormat(path.join(folder, name));
  }
  return { folders: folders.sort(), images: images.sort() };
}

/**
 * The images in a folder and in the folders in it, as sorted paths below it.
 *
 * Throws a LabError that names a link that leads back to a folder around it: there the folders would never end.
 */
export function imagesBelow(folder: string, around: readonly string[] = []): string[] {
  const real = realpathSync(folder);
  if (around.includes(real)) {
    throw new LabError(
      `${folder} is a link back to ${real}, a folder that it lies in: folders without end. Remove the link.`,
    );
  }
  const { folders, images } = listFolder(folder);
  const deeper = folders.flatMap((name) =>
    imagesBelow(path.join(folder, name), [...around, real]).map((image) => `${name}/${image}`),
  );
  return folders.length === 0 ? [...images] : [...images, ...deeper].sort();
}

/** Bytes of a file; -1 where it cannot be reached, which is said when it is its turn to be read. */
export function fileSize(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return -1;
  }
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such folder',
      ENOTDIR: 'it is not a folder',
      EACCES: 'this user may not read it',
    };
    throw new UsageError(
      `No images can be read from ${folder}: ${reasons[code ?? ''] ?? message}. Name a folder with JPEG or PNG files.`,
    );
  }
}

function isFolder(entry: Dirent, file: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(file).isDirectory();
  } catch {
    if (IMAGE_FILE.test(entry.name)) return false;
    throw new LabError(
      `${file} is a link that leads nowhere. Remove it, or put back what it links to.`,
    );
  }
}

function refuseOtherFormat(file: string): void {
  if (!OTHER_IMAGE_FILE.test(file)) return;
  throw new UsageError(
    `${file} is neither JPEG nor PNG, the formats that are read. Convert it or move it away.`,
  );
}

import type { PathList } from './pathList';

/** E.g. ILSVRC2012_val_00000293.JPEG, which is number 293. */
const VALIDATION_FILE = /(?:^|\/)ILSVRC\d{4}_val_(\d{8})\.\w+$/;

/**
 * The 1-based number of each image in ILSVRC's validation set: from its name, or its place where the images of a flat folder
 * have names of their own; undefined where neither can be.
 */
export function validationNumbers(paths: PathList, flat: boolean): Uint32Array | undefined {
  const numbers = new Uint32Array(paths.count);
  let named = 0;
  for (let index = 0; index < paths.count; index++) {
    const match = VALIDATION_FILE.exec(paths.at(index));
    if (match) named += 1;
    // Other names anywhere: the numbers would be of two kinds.
    else if (named > 0 || !flat) return undefined;
    numbers[index] = match ? Number(match[1]) : index + 1;
  }
  return named === 0 || named === paths.count ? numbers : undefined;
}

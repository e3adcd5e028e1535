import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { LabError } from './errors';

/**
 * The project's folder: the one whose package.json is named inception-lab, at or above `start` (default: this file, which
 * finds it from the sources as well as from dist/). Throws a LabError when there is none.
 */
export function projectRoot(start: string = __dirname): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isProjectRoot(folder)) return folder;
    if (folder === dirname(folder)) {
      throw new LabError(
        `No folder at or above ${start} is the inception-lab project. Run from a clone of the repository.`,
      );
    }
  }
}

function isProjectRoot(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return typeof content === 'object' && content !== null && 'name' in content
    ? content.name === 'inception-lab'
    : false;
}

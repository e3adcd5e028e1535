import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach } from 'vitest';

/** A new folder for each test of a file, which is removed after it. */
export function eachTestInFolder(): { (...parts: readonly string[]): string } {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'image-folder-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return (...parts) => path.join(folder, ...parts);
}

/** Writes files with a text each, and the folders that they lie in. */
export function writeTree(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Files of these names; no image, because listing opens none. */
export function writeEmptyFiles(folder: string, names: readonly string[]): void {
  writeTree(folder, Object.fromEntries(names.map((name) => [name, ''])));
}

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { LabError } from '../errors';
import { projectRoot } from '../projectRoot';

/** The README's tables that a command makes. */
export type ReadmeTableName = 'bench' | 'errors' | 'method';

/** The README of the project, where the tables stand. */
export function readmeFile(root: string = projectRoot()): string {
  return path.join(root, 'README.md');
}

/** A text with what stands between the marks of a table replaced. Throws a LabError when it has no marks. */
export function replaceTable(text: string, name: ReadmeTableName, table: string): string {
  const [first, last] = [`<!-- lab ${name} table -->`, `<!-- end of lab ${name} table -->`];
  const [start, end] = [text.indexOf(first), text.indexOf(last)];
  if (start < 0 || end < start) {
    throw new LabError(`README.md has no place for the table: expected ${first} and ${last}.`);
  }
  const between = table === '' ? '\n' : `\n\n${table}\n\n`;
  return `${text.slice(0, start + first.length)}${between}${text.slice(end)}`;
}

/** Writes a table into the README. Throws a LabError when it has no marks. */
export function writeReadmeTable(name: ReadmeTableName, table: string, file = readmeFile()): void {
  writeFileSync(file, replaceTable(readFileSync(file, 'utf8'), name, table));
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { LabError } from '../errors';
import { projectRoot } from '../projectRoot';

/** The committed record of `lab bench`. */
export function benchFile(root: string = projectRoot()): string {
  return path.join(root, 'results/bench/bench.json');
}

/** What a file of the benchmark holds; undefined when there is none. Throws a LabError when it is not JSON. */
export function readBenchFile(file: string = benchFile()): unknown {
  if (!existsSync(file)) {
    return undefined;
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new LabError(`${file} is not JSON: it is damaged. Restore it, or delete it.`);
  }
}

/** Writes the record. */
export function writeBenchFile(record: unknown, file: string = benchFile()): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
}

const START = '<!-- lab bench table -->';
const END = '<!-- end of lab bench table -->';

/** A text with what stands between the marks of the benchmark replaced. Throws a LabError when it has no marks. */
export function replaceBenchTable(text: string, table: string): string {
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) {
    throw new LabError(`README.md has no place for the table: expected ${START} and ${END}.`);
  }
  const between = table === '' ? '\n' : `\n\n${table}\n\n`;
  return `${text.slice(0, start + START.length)}${between}${text.slice(end)}`;
}

/** The README of the project, where the table stands. */
export function readmeFile(root: string = projectRoot()): string {
  return path.join(root, 'README.md');
}

/** Writes the table into the README. Throws a LabError when it has no marks. */
export function writeBenchTable(table: string, file: string = readmeFile()): void {
  writeFileSync(file, replaceBenchTable(readFileSync(file, 'utf8'), table));
}

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

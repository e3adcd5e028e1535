import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { LabError } from '../errors';
import { projectRoot } from '../projectRoot';

/** The parts of README.md that a command makes. */
export type ReadmeTableName = 'bench' | 'claims' | 'errors' | 'figures' | 'method';

/** The parts of results/README.md that a command makes. */
export type ResultsTableName = 'claims' | 'fresh' | 'rules';

/** The README of the project, where the tables stand. */
export function readmeFile(root: string = projectRoot()): string {
  return path.join(root, 'README.md');
}

/** The README of the results. */
export function resultsReadmeFile(root: string = projectRoot()): string {
  return path.join(root, 'results', 'README.md');
}

/** A text with what stands between the marks of a table replaced. Throws a LabError when it has no marks. */
export function replaceTable(
  text: string,
  name: ReadmeTableName | ResultsTableName,
  table: string,
): string {
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
  writeTables(file, { [name]: table });
}

/** Writes several tables into a README. Throws a LabError when it has no marks for one, before anything is written. */
export function writeTables(
  file: string,
  tables: Readonly<Partial<Record<ReadmeTableName | ResultsTableName, string>>>,
): void {
  writeFileSync(file, withTables(readFileSync(file, 'utf8'), tables));
}

/** A text with several tables replaced. Throws a LabError when it has no marks for one. */
export function withTables(
  text: string,
  tables: Readonly<Partial<Record<ReadmeTableName | ResultsTableName, string>>>,
): string {
  return Object.entries(tables).reduce(
    (filled, [name, table]) =>
      replaceTable(filled, name as ReadmeTableName | ResultsTableName, table),
    text,
  );
}

/** Those of some figures' drawings, without folder and ending, that stand in results/figures. */
export function drawnFigures(names: readonly string[], root = projectRoot()): readonly string[] {
  return names.filter((name) => existsSync(path.join(root, 'results', 'figures', `${name}.svg`)));
}

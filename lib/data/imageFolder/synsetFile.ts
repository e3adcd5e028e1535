import { readFileSync } from 'node:fs';

import { UsageError } from '../../errors';

/** The classes of a data set in the order of their numbers. */
export interface ClassList {
  /** What folders and label files call them, e.g. a WordNet synset such as 'n01440764'. */
  readonly classes: readonly string[];
  /** Names for people by class, where the file has them. */
  readonly names: ReadonlyMap<string, string>;
}

/** A WordNet synset, alone or before its words, as in Kaggle's LOC_synset_mapping.txt. */
const SYNSET_LINE = /^(n\d{8})(?:\s+(.+))?$/;

/**
 * Reads a file with a class per line, in the order of the network's outputs.
 *
 * Where every line starts with a WordNet synset, words after it are the class's name. Throws a UsageError for a file that
 * cannot be read or has empty lines, and a class that stands there twice.
 */
export function readSynsets(file: string): ClassList {
  const lines = readLines(file);
  const matches = lines.map((line) => SYNSET_LINE.exec(line));
  const synsets = matches.every((match) => match !== null);
  const classes = synsets ? matches.map((match) => match[1]) : lines;
  refuseTwice(file, classes);
  const named = synsets ? matches.filter((match) => match[2]) : [];
  return { classes, names: new Map(named.map((match) => [match[1], match[2]])) };
}

/** The lines of a text file, trimmed. Throws a UsageError when it cannot be read or has empty lines other than at its end. */
export function readLines(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : message;
    throw new UsageError(`${file} cannot be read: ${reason}.`);
  }
  const lines = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/);
  if (lines.length === 1 && lines[0] === '') throw new UsageError(`${file} is empty.`);
  const trimmed = lines.map((line) => line.trim());
  const empty = trimmed.indexOf('');
  if (empty >= 0) throw new UsageError(`${file}, line ${empty + 1} is empty.`);
  return trimmed;
}

function refuseTwice(file: string, classes: readonly string[]): void {
  const seen = new Map<string, number>();
  classes.forEach((name, index) => {
    const first = seen.get(name);
    if (first !== undefined) {
      throw new UsageError(
        `${file} has the class ${name} twice, in lines ${first + 1} and ${index + 1}.`,
      );
    }
    seen.set(name, index);
  });
}

import { UsageError } from '../../errors';
import { readLines } from './synsetFile';

/**
 * What a label file says, for the images in the order of their sorted names: the names of their classes, 0-based class
 * numbers, or the ids of ILSVRC's development kit, which count from 1 in an order of their own.
 */
export type FileLabels =
  | { readonly kind: 'names'; readonly values: readonly string[] }
  | { readonly kind: 'numbers'; readonly values: readonly number[] }
  | { readonly kind: 'ids'; readonly values: readonly number[] };

const NUMBER = /^\d+$/;
/** A file and what follows it; without an extension the name ends at the first space or comma. */
const FILE_LINE = /^(.+?\.(?:jpe?g|png))(?:[\s,]+(.*))?$/i;
const STEM_LINE = /^([^\s,]+)(?:[\s,]+(.*))?$/;
/** The first column of Kaggle's LOC_val_solution.csv, which has a line of headings. */
const KAGGLE_HEADING = 'ImageId';

/**
 * Reads a label file for the images of a flat folder, whose names are sorted.
 *
 * Its lines are a class each, in the order of the images; or a file (with or without extension) and its class, parted by a
 * space or a comma, in any order: a 0-based number as in Caffe's val.txt, or a name or synset, after which boxes may
 * follow as in Kaggle's LOC_val_solution.csv. A number alone is an id of ILSVRC's development kit.
 * Throws a UsageError that names a file or line that is missing, unknown, twice or unclear.
 */
export function readLabelFile(file: string, images: readonly string[]): FileLabels {
  const lines = readLines(file);
  const values = namesFiles(lines[0], images)
    ? valuesByFile(file, lines, images)
    : valuesByPlace(file, lines, images);
  if (values.texts.every((text) => NUMBER.test(text))) {
    const numbers = values.texts.map(Number);
    return values.byFile ? { kind: 'numbers', values: numbers } : { kind: 'ids', values: numbers };
  }
  return { kind: 'names', values: values.texts.map(withoutBoxes) };
}

interface Values {
  readonly texts: readonly string[];
  readonly byFile: boolean;
}

function namesFiles(line: string, images: readonly string[]): boolean {
  const [name, value] = fields(line);
  const known = value !== '' && placesByName(images).has(name);
  return known || name === KAGGLE_HEADING || FILE_LINE.test(line);
}

function valuesByPlace(file: string, lines: readonly string[], images: readonly string[]): Values {
  if (lines.length !== images.length) {
    throw new UsageError(
      `${file} has ${lines.length} labels, but the folder has ${images.length} images. Give a line per image.`,
    );
  }
  return { texts: lines, byFile: false };
}

function valuesByFile(file: string, lines: readonly string[], images: readonly string[]): Values {
  const places = placesByName(images);
  const texts: string[] = images.map(() => '');
  lines.forEach((line, index) => {
    const [name, value] = fields(line);
    if (index === 0 && name === KAGGLE_HEADING) return;
    const at = `${file}, line ${index + 1}`;
    const place = places.get(name);
    if (place === undefined) {
      throw new UsageError(`${at} labels ${name}, which is not in the folder.`);
    }
    if (value === '') throw new UsageError(`${at} has no class after ${name}.`);
    if (texts[place] !== '') throw new UsageError(`${at} labels ${name} a second time.`);
    texts[place] = value;
  });
  const missing = texts.indexOf('');
  if (missing >= 0) {
    const count = texts.filter((text) => text === '').length;
    throw new UsageError(
      `${file} has no label for ${images[missing]} (${count} of ${images.length} images have none).`,
    );
  }
  return { texts, byFile: true };
}

/** The file that a line names, and the rest. */
function fields(line: string): readonly [string, string] {
  const [, name, value] = FILE_LINE.exec(line) ?? STEM_LINE.exec(line) ?? [line, line];
  return [name, value ?? ''];
}

/** Where an image stands, by its name with and without extension. */
function placesByName(images: readonly string[]): ReadonlyMap<string, number> {
  const stem = (image: string) => image.slice(0, image.lastIndexOf('.'));
  return new Map([
    ...images.map((image, index): [string, number] => [stem(image), index]),
    ...images.map((image, index): [string, number] => [image, index]),
  ]);
}

function withoutBoxes(value: string): string {
  return /^(n\d{8})\s/.exec(value)?.[1] ?? value;
}

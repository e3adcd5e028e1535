import { UsageError } from '../../errors';
import { imageNetSynsets } from './imageNetClasses';
import { readLabelFile } from './labelFile';
import type { ClassList } from './synsetFile';

/** The classes of a flat folder, and the class of each of its images. */
export interface FlatLabels extends ClassList {
  readonly labels: Uint32Array;
}

/** A synset file that was read. */
export interface SynsetFile extends ClassList {
  readonly file: string;
}

/**
 * The classes of the images of a flat folder, whose names are sorted, from a label file.
 *
 * Names and 0-based numbers count in the order of the synset file; without one, names are sorted and numbers are their own
 * names. Ids of ILSVRC's development kit say which line of the synset file, and the classes are sorted, because networks
 * have them so. Throws a UsageError for a class that does not exist, and where a synset file is needed.
 */
export function flatLabels(
  file: string,
  images: readonly string[],
  synsets: SynsetFile | undefined,
): FlatLabels {
  const labels = readLabelFile(file, images);
  if (labels.kind === 'ids') return fromIds(file, labels.values, synsets);
  if (labels.kind === 'numbers') return fromNumbers(file, labels.values, synsets);
  return fromNames(file, labels.values, synsets);
}

function fromNames(
  file: string,
  values: readonly string[],
  synsets: SynsetFile | undefined,
): FlatLabels {
  const classes = synsets?.classes ?? [...new Set(values)].sort();
  const numbers = new Map(classes.map((name, index) => [name, index]));
  const labels = values.map((name) => {
    const label = numbers.get(name);
    if (label !== undefined) return label;
    throw new UsageError(`${file} has the class ${name}, which is not in ${synsets?.file}.`);
  });
  return { classes, names: synsets?.names ?? new Map(), labels: Uint32Array.from(labels) };
}

function fromNumbers(
  file: string,
  values: readonly number[],
  synsets: SynsetFile | undefined,
): FlatLabels {
  const { classes, names } = synsets ?? numbered(file, values);
  const wrong = values.find((label) => label >= classes.length);
  if (wrong !== undefined) {
    throw new UsageError(
      `${file} has the class ${wrong}, but ${synsets?.file} has ${classes.length} classes, 0 to ${classes.length - 1}.`,
    );
  }
  return { classes, names, labels: Uint32Array.from(values) };
}

function numbered(file: string, values: readonly number[]): ClassList {
  const found = new Set(values);
  for (let label = 0; label < found.size; label++) {
    if (!found.has(label)) {
      throw new UsageError(
        `${file} has no image of class ${label}, but of ${found.size} others. Give a synset file with a line per class, so that the classes are known.`,
      );
    }
  }
  return {
    classes: Array.from({ length: found.size }, (_, label) => String(label)),
    names: new Map(),
  };
}

function fromIds(
  file: string,
  ids: readonly number[],
  synsets: SynsetFile | undefined,
): FlatLabels {
  if (!synsets) {
    throw new UsageError(
      `${file} has numbers alone, which are ids of ILSVRC's development kit. Give a synset file with a line per id, in the order of the kit's meta.mat.`,
    );
  }
  const { classes: kit, names } = synsets;
  refuseSortedImageNet(file, synsets);
  const wrong = ids.findIndex((id) => id < 1 || id > kit.length);
  if (wrong >= 0) {
    throw new UsageError(
      `${file}, line ${wrong + 1} has the id ${ids[wrong]}; ${synsets.file} has lines for the ids 1 to ${kit.length}. For 0-based classes write "<file> <class>" in each line.`,
    );
  }
  const classes = [...kit].sort();
  const numbers = new Map(classes.map((name, index) => [name, index]));
  const labels = ids.map((id) => numbers.get(kit[id - 1]) as number);
  return { classes, names, labels: Uint32Array.from(labels) };
}

/** The development kit numbers ImageNet's classes in another order: nearly all labels would be wrong, and nothing would show it. */
function refuseSortedImageNet(file: string, { file: synsets, classes }: SynsetFile): void {
  const sorted = imageNetSynsets().classes;
  if (classes.length !== sorted.length || classes.some((name, id) => name !== sorted[id])) return;
  throw new UsageError(
    `${synsets} has ImageNet's classes sorted, but ${file} has ids of ILSVRC's development kit, which follow the kit's meta.mat. Give a synset file in that order (id 1 is n02119789), or a label file with synsets.`,
  );
}

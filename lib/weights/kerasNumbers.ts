import { LabError } from '../errors';
import type { TensorSource } from './tensorSource';

/** Kinds of layers that Keras numbers by itself. */
const NUMBERED = /^(conv2d|batch_normalization)(?:_(\d+))?\//;

/**
 * The same tensors with Keras' automatic numbers counted from 1, as keras.applications documents them.
 *
 * Newer versions start at `conv2d`, `conv2d_1`, and a session that built other models before goes on counting. The
 * numbers of a network are consecutive: the smallest one is taken for the first.
 * Throws a LabError when they are not consecutive, since then layers of several models are mixed.
 */
export function countFromOne(source: TensorSource): TensorSource {
  const first = new Map<string, number>();
  for (const [kind, numbers] of numbersByKind(source)) {
    const [smallest, largest] = [Math.min(...numbers), Math.max(...numbers)];
    if (largest - smallest + 1 !== numbers.size) {
      throw new LabError(
        `${source.description}: its layers "${kind}" are numbered from ${smallest} to ${largest}, but there are ` +
          `${numbers.size} of them: expected the consecutive layers of a single model.`,
      );
    }
    first.set(kind, smallest);
  }
  const theirs = new Map([...source.shapes.keys()].map((name) => [renumber(name, first), name]));
  return {
    description: source.description,
    metadata: source.metadata,
    shapes: new Map([...source.shapes].map(([name, shape]) => [renumber(name, first), shape])),
    read: (name) => source.read(theirs.get(name) ?? name),
    close: () => source.close(),
  };
}

function numbersByKind(source: TensorSource): ReadonlyMap<string, ReadonlySet<number>> {
  const numbers = new Map<string, Set<number>>();
  for (const name of source.shapes.keys()) {
    const [, kind, number = '0'] = NUMBERED.exec(name) ?? [];
    if (kind !== undefined) {
      numbers.set(kind, (numbers.get(kind) ?? new Set()).add(Number(number)));
    }
  }
  return numbers;
}

function renumber(name: string, first: ReadonlyMap<string, number>): string {
  return name.replace(NUMBERED, (_, kind: string, number = '0') => {
    return `${kind}_${Number(number) - (first.get(kind) as number) + 1}/`;
  });
}

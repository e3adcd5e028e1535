import type { TensorSource } from '../weights/tensorSource';
import { formulaValues } from './formula';
import type { ReferenceEntry, ReferenceLayer } from './schema';

/** slim's names and shapes of a network's tensors, in the order of the reference. */
export function referenceShapes(
  layers: readonly ReferenceLayer[],
  auxiliary: ReferenceEntry['aux_variables'] = [],
  gamma = false,
): ReadonlyMap<string, readonly number[]> {
  return new Map<string, readonly number[]>([
    ...layers.flatMap((layer) => tensorsOf(layer, gamma)),
    ...auxiliary,
  ]);
}

function tensorsOf(
  { scope, shape, batchNorm }: ReferenceLayer,
  gamma: boolean,
): [string, readonly number[]][] {
  const depth = shape.slice(-1);
  const rest = batchNorm
    ? [...(gamma ? ['gamma'] : []), 'beta', 'moving_mean', 'moving_variance'].map(
        (part) => `BatchNorm/${part}`,
      )
    : ['biases'];
  return [
    [`${scope}/weights`, shape],
    ...rest.map((part): [string, readonly number[]] => [`${scope}/${part}`, depth]),
  ];
}

/** Tensors that are computed from their names when they are read, instead of a file of weights. */
export function formulaSource(
  shapes: ReadonlyMap<string, readonly number[]>,
  seed: number,
): TensorSource {
  return {
    description: `the reference's weight formula with seed ${seed}`,
    shapes,
    metadata: new Map(),
    read: (name: string) => formulaValues(name, shapes.get(name) as readonly number[], seed),
    close: () => undefined,
  };
}

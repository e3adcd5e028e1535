import { buildNetwork, type NetworkConfig } from '../../lib/models/networks';
import { nodeParameters } from '../../lib/models/parameters';
import { tensorsOf } from '../../lib/weights/foreignWeights';
import type { NameScheme } from '../../lib/weights/names/layerNames';
import { writeSafetensors } from '../../lib/weights/safetensorsWriter';
import type { TensorSource } from '../../lib/weights/tensorSource';

/** How many numbers a tensor of this shape holds. */
export const size = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1);

const BLOCK = Float32Array.from(
  { length: 1 << 20 },
  (_, index) =>
    // A multiplicative hash of the index: cheap numbers in [-0.1, 0.1) without a pattern.
    (0.1 * (Math.imul(index + 1, 2654435761) >>> 0)) / 2 ** 31 - 0.1,
);

/** Numbers that differ from tensor to tensor and inside one; variances are near one. */
export function numbers(name: string, shape: readonly number[]): Float32Array {
  const start = [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 65_521, 7);
  const values = new Float32Array(size(shape));
  for (let filled = 0; filled < values.length; filled += BLOCK.length - start) {
    values.set(
      BLOCK.subarray(start, start + Math.min(values.length - filled, BLOCK.length - start)),
      filled,
    );
  }
  return /var/i.test(name) ? values.map((value) => 1 + value) : values;
}

/** Foreign weights in memory: every tensor of a network, some of them replaced, added (a shape) or taken away. */
export function source(
  config: NetworkConfig,
  scheme: NameScheme,
  changes: Readonly<Record<string, readonly number[] | undefined>> = {},
  values = numbers,
): TensorSource {
  const tensors = tensorsOf(config, scheme);
  const shapes = new Map<string, readonly number[]>();
  tensors.forEach(({ name, shapes: [shape] }) => shapes.set(name, shape));
  tensors.forEach(({ gamma, parameter }) => {
    if (gamma && scheme === 'timm') shapes.set(gamma, parameter.shape.slice(-1));
  });
  for (const [name, shape] of Object.entries(changes)) {
    if (shape) shapes.set(name, shape);
    else shapes.delete(name);
  }
  const read = (name: string): Float32Array => values(name, shapes.get(name) as readonly number[]);
  return { description: 'made', shapes, metadata: new Map(), read, close: () => undefined };
}

/** Writes them as a safetensors file. */
export const write = (file: string, tensors: TensorSource): void =>
  writeSafetensors(
    file,
    [...tensors.shapes].map(([name, shape]) => ({ name, shape })),
    {},
    ({ name }) => tensors.read(name),
  );

/** How many numbers each tensor of a network holds. */
export function sizes(config: NetworkConfig): ReadonlyMap<string, number> {
  const shapes = [...shapesOf(buildNetwork(config))];
  return new Map(shapes.map(([name, shape]) => [name, size(shape)]));
}

/** The shapes of a network's tensors by name. */
export function shapesOf(
  network: ReturnType<typeof buildNetwork>,
): ReadonlyMap<string, readonly number[]> {
  return new Map(
    [...new Set(network.nodes)]
      .flatMap((node) => nodeParameters(node))
      .map(({ name, shape }) => [name, shape]),
  );
}

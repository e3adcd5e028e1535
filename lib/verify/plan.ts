import { UsageError } from '../errors';
import { networkCost } from '../models/cost';
import { buildNetwork, type NetworkConfig, networkConfig } from '../models/networks';
import type { Reference, ReferenceEntry } from './schema';

/** A network at one image size, as the reference asks for it. */
export interface EntryPlan {
  /** The reference's name, `inception_v3`. */
  readonly model: string;
  readonly config: NetworkConfig;
  readonly entry: ReferenceEntry;
}

/** The network of which a block is compared alone. */
export type BlockPlan = Pick<EntryPlan, 'model' | 'config'>;

/** Which part of a reference to compare; everything when nothing is named. */
export interface Selection {
  readonly network?: string;
  readonly size?: number;
}

/**
 * The networks and sizes to compare, in the reference's order.
 *
 * Throws a UsageError when the reference names an unknown network, contradicts itself or lacks what was selected.
 */
export function planEntries(reference: Reference, { network, size }: Selection): EntryPlan[] {
  const wanted = network === undefined ? undefined : networkConfig(network).name;
  const plans = Object.entries(reference.models).flatMap(([model, sizes]) =>
    Object.entries(sizes).map(([key, entry]) => planEntry(reference, model, Number(key), entry)),
  );
  const chosen = plans.filter(
    ({ config }) =>
      (wanted === undefined || config.name === wanted) &&
      (size === undefined || config.inputSize === size),
  );
  if (chosen.length === 0) {
    const known = plans.map(({ config }) => `${config.name} ${config.inputSize}`).join(', ');
    const asked = [wanted, size].filter((part) => part !== undefined).join(' ');
    throw new UsageError(`The reference has no ${asked}: expected one of ${known}.`);
  }
  return chosen;
}

function planEntry(
  reference: Reference,
  model: string,
  inputSize: number,
  entry: ReferenceEntry,
): EntryPlan {
  const config = networkConfig(networkName(model));
  const [, height, width] = entry.input.shape;
  if (height !== inputSize || width !== inputSize) {
    throw new UsageError(
      `The reference gives ${model} ${inputSize} images of ${height}x${width}: expected ${inputSize}x${inputSize}.`,
    );
  }
  if (!Object.hasOwn(reference.layers, model)) {
    throw new UsageError(`The reference lists no layers of ${model}.`);
  }
  const auxiliaryHead = entry.aux_variables !== undefined;
  return {
    model,
    config: { ...config, inputSize, classes: reference.num_classes, auxiliaryHead },
    entry,
  };
}

/** The network that holds the reference's training block, which is compared alone. */
export function planBlock({
  layers,
  num_classes: classes,
  training_block: { block },
}: Reference): BlockPlan {
  const model = Object.keys(layers).find((name) =>
    layers[name].some(({ scope }) => scope.startsWith(`${block}/`)),
  );
  if (model === undefined) {
    throw new UsageError(`The reference lists no layers of its training block "${block}".`);
  }
  return { model, config: { ...networkConfig(networkName(model)), classes } };
}

function networkName(model: string): string {
  return model.replaceAll('_', '-');
}

/** Multiply-adds that computing a weight and handing it to the backend take the time of, roughly. */
const PER_PARAMETER = 400;

/** What loading a network's weights costs, in multiply-adds. */
export function loadingWork(config: NetworkConfig): number {
  return PER_PARAMETER * networkCost(buildNetwork(config)).parameters;
}

/** What loading a network and running it on the reference's images costs, in multiply-adds. */
export function workOf({ config, entry }: EntryPlan): number {
  const [images] = entry.input.shape;
  return loadingWork(config) + images * networkCost(buildNetwork(config)).multiplyAdds;
}

import { LabError } from '../errors';
import { buildNetwork, type NetworkConfig } from '../models/networks';
import { networkSchema } from '../models/networkSchema';
import { networkParameters } from '../models/parameters';
import { openSafetensors } from './safetensors';
import { writeSafetensors } from './safetensorsWriter';
import type { TensorSource } from './tensorSource';

/** How our weight files call themselves, and the version of their form. */
const FORMAT = 'inception-lab';
const VERSION = '1';

/** Weights of one of our networks; the tensors are named by their layers' paths. */
export interface OwnWeights extends TensorSource {
  readonly config: NetworkConfig;
}

/**
 * Writes a network's weights: a safetensors file with our names and the network's config.
 *
 * `read` gives the values of a tensor by our name, row-major, in our layout; they are asked for one by one.
 */
export function saveWeights(
  file: string,
  config: NetworkConfig,
  read: (name: string) => Float32Array,
): void {
  const metadata = { format: FORMAT, version: VERSION, network: JSON.stringify(config) };
  writeSafetensors(file, networkParameters(buildNetwork(config)), metadata, ({ name }) =>
    read(name),
  );
}

/**
 * Opens a weight file of ours.
 *
 * Throws a LabError when it is of another kind, damaged, or lacks tensors of the network that it names.
 */
export function openWeights(file: string): OwnWeights {
  const source = openSafetensors(file);
  try {
    const config = readConfig(file, source);
    checkTensors(file, source, config);
    return Object.assign(source, { config });
  } catch (error) {
    source.close();
    throw error;
  }
}

function readConfig(file: string, source: TensorSource): NetworkConfig {
  if (source.metadata.get('format') !== FORMAT) {
    throw new LabError(
      `${file} is not a weight file of this laboratory: bring it in by "lab import ${file} --as <network>".`,
    );
  }
  const version = source.metadata.get('version');
  if (version !== VERSION) {
    throw new LabError(
      `${file} has version ${version ?? 'none'} of our form: expected ${VERSION}.`,
    );
  }
  const parsed = networkSchema.safeParse(parseJson(source.metadata.get('network') ?? ''));
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw new LabError(
      `${file} names a network that cannot be built: ${path.join('.')} ${message}.`,
    );
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkTensors(file: string, source: TensorSource, config: NetworkConfig): void {
  const parameters = networkParameters(buildNetwork(config));
  const odd = parameters.find(
    ({ name, shape }) => source.shapes.get(name)?.join() !== shape.join(),
  );
  if (odd ?? source.shapes.size !== parameters.length) {
    throw new LabError(
      `${file} does not hold the tensors of ${config.name}: ` +
        (odd
          ? `"${odd.name}" of shape [${odd.shape.join(', ')}] is missing or of another shape.`
          : `expected ${parameters.length}, it has ${source.shapes.size}.`),
    );
  }
}

import path from 'node:path';

import { LabError, UsageError } from '../errors';
import { type NetworkConfig, networkConfig, type NetworkName } from '../models/networks';
import { BATCH_COUNTER } from './foreignTensors';
import { type ForeignWeights, foreignWeights, tensorsOf } from './foreignWeights';
import { openKerasH5 } from './kerasH5';
import { countFromOne } from './kerasNumbers';
import { type NameScheme, schemesOf } from './names/layerNames';
import { openSafetensors } from './safetensors';
import type { TensorSource } from './tensorSource';

/** What to take from a foreign file. */
export interface ImportOptions {
  /** Leave class 0, "background", of a file with 1001 classes out. Default false. */
  readonly dropBackground?: boolean;
  /** Take the auxiliary head along. Default false. */
  readonly auxiliaryHead?: boolean;
}

/** A foreign file, understood but not yet read. */
export interface Import {
  readonly config: NetworkConfig;
  readonly scheme: NameScheme;
  readonly weights: ForeignWeights;
  /** How many batch normalisations have a gamma other than one, which is folded into other tensors. */
  readonly folded: number;
}

/**
 * Opens a file of Keras (`.h5`), timm or facenet-pytorch (`.safetensors`) as the weights of a network.
 *
 * The number of classes comes from the file. Throws a UsageError for what cannot be asked for and a LabError for a
 * file that is damaged or does not fit, naming every tensor that is missing, unknown or misshapen.
 */
export async function openImport(
  file: string,
  network: string,
  options: ImportOptions = {},
): Promise<Import> {
  const { name } = networkConfig(network);
  const source = await openFile(file, name);
  try {
    return understand(source.scheme, source.tensors, name, options);
  } catch (error) {
    source.tensors.close();
    throw error;
  }
}

async function openFile(
  file: string,
  name: NetworkName,
): Promise<{ readonly scheme: NameScheme; readonly tensors: TensorSource }> {
  const extension = path.extname(file).toLowerCase();
  const schemes = schemesOf(name);
  if (extension === '.h5' || extension === '.hdf5') {
    if (!schemes.includes('keras')) {
      throw new UsageError(`Keras has no ${name}: expected a .safetensors file.`);
    }
    return { scheme: 'keras', tensors: await openCounted(file) };
  }
  if (extension !== '.safetensors') {
    throw new UsageError(
      `${file} is of no known kind: expected .h5 of Keras or .safetensors of timm or facenet-pytorch. ` +
        'PyTorch\'s ".pt" and ".pth" are programs, not data: save them as safetensors first.',
    );
  }
  const scheme = schemes.includes('facenet') ? 'facenet' : 'timm';
  return { scheme, tensors: openSafetensors(file) };
}

async function openCounted(file: string): Promise<TensorSource> {
  const tensors = await openKerasH5(file);
  try {
    return countFromOne(tensors);
  } catch (error) {
    tensors.close();
    throw error;
  }
}

function understand(
  scheme: NameScheme,
  tensors: TensorSource,
  name: NetworkName,
  { dropBackground = false, auxiliaryHead = false }: ImportOptions,
): Import {
  const stored = scheme === 'facenet' ? 0 : classesIn(tensors, name, scheme);
  if (dropBackground && stored !== 1001) {
    throw new UsageError(
      `Class 0 can be dropped from files with 1001 classes: ${tensors.description} has ${stored}.`,
    );
  }
  const config: NetworkConfig = {
    ...networkConfig(name),
    classes: dropBackground ? stored - 1 : stored,
    ...(auxiliaryHead ? { auxiliaryHead } : {}),
  };
  const weights = foreignWeights(config, tensors, scheme, { dropBackground });
  return { config, scheme, weights, folded: countFolded(config, scheme, tensors) };
}

function countFolded(config: NetworkConfig, scheme: NameScheme, tensors: TensorSource): number {
  const gammas = new Set(tensorsOf(config, scheme).flatMap(({ gamma }) => gamma ?? []));
  const stored = [...gammas].filter((gamma) => tensors.shapes.has(gamma));
  return stored.filter((gamma) => tensors.read(gamma).some((value) => value !== 1)).length;
}

/** How many classes the file's classifier tells apart. */
function classesIn(tensors: TensorSource, name: NetworkName, scheme: NameScheme): number {
  const bias = tensorsOf(networkConfig(name), scheme).at(-1);
  const [classes] = (bias && tensors.shapes.get(bias.name)) ?? [];
  if (bias === undefined || classes === undefined || classes === 0) {
    throw new LabError(
      `${tensors.description} has no classifier "${bias?.name ?? ''}": it is not a whole ${name} of ${scheme}.`,
    );
  }
  return classes;
}

/** Splits what is left out into PyTorch's counters, which nobody misses, and heads. */
export function headsLeftOut({ leftOut }: ForeignWeights): readonly string[] {
  return leftOut.filter((name) => !name.endsWith(BATCH_COUNTER));
}

import * as tf from '@tensorflow/tfjs';

import { UsageError } from '../errors';
import { buildNetwork, type NetworkConfig } from '../models/networks';
import type { Network } from '../models/node';
import { networkParameters } from '../models/parameters';
import type { ParameterVariables } from '../models/parameterValues';
import { foreignWeights, tensorsOf } from '../weights/foreignWeights';
import { loadParameters } from '../weights/loadParameters';
import { layerNames } from '../weights/names/layerNames';
import type { TensorSource } from '../weights/tensorSource';
import { blockAlone } from './blockPass';
import { formulaSource, referenceShapes } from './formulaSource';
import type { LoadedNetwork } from './outputs';
import type { BlockPlan, EntryPlan } from './plan';
import type { Reference } from './schema';
import { type Scopes, stageNodes } from './stages';
import type { BlockInTraining } from './trainingBlock';

/**
 * The formula's weights of an entry under our names, by the mapping with which weights are imported.
 *
 * Names and shapes come from the reference's own list. Throws a LabError that lists what is missing, unknown or of
 * another shape in it; no weight is computed before it is read.
 */
export function entryWeights(
  reference: Reference,
  { model, config, entry }: EntryPlan,
  gamma = false,
): TensorSource {
  const shapes = referenceShapes(reference.layers[model], entry.aux_variables, gamma);
  return foreignWeights(config, formulaSource(shapes, reference.seed), 'slim');
}

/** Builds an entry's network and fills it with weights; the caller disposes the values. */
export function loadEntry({ config }: EntryPlan, weights: TensorSource): LoadedNetwork {
  const network = buildNetwork(config);
  return { network, scopes: scopesOf(config), values: loadParameters(network, weights) };
}

/** Builds the reference's training block alone, with the weights that it has in its network, as variables. */
export function loadBlock(reference: Reference, { model, config }: BlockPlan): BlockInTraining {
  const scopes = scopesOf(config);
  const network = blockNamed(buildNetwork(config), scopes, reference.training_block.block);
  const source = formulaSource(referenceShapes(reference.layers[model]), reference.seed);
  const variables = trainableCopies(network, foreignWeights(config, source, 'slim'));
  const slimNames = new Map(
    tensorsOf(config, 'slim').map(({ parameter, name }) => [parameter.name, name]),
  );
  return { network, variables, scopes, slimNames };
}

function scopesOf(config: NetworkConfig): Scopes {
  return new Map([...layerNames(config, 'slim')].map(([path, { name }]) => [path, name]));
}

function trainableCopies(network: Network, weights: TensorSource): ParameterVariables {
  const values = loadParameters(network, weights);
  const variables = networkParameters(network).map(({ name, trainable }): [string, tf.Variable] => [
    name,
    tf.variable(values.get(name) as tf.Tensor, trainable),
  ]);
  tf.dispose([...values.values()]);
  return new Map(variables);
}

function blockNamed(network: Network, scopes: Scopes, block: string): Network {
  const stage = block.slice(block.indexOf('/') + 1);
  const output = stageNodes(network, scopes, [stage]).get(stage);
  if (!output) {
    throw new UsageError(`${network.name} has no block "${stage}", which the reference trains.`);
  }
  return blockAlone(network, output.block);
}

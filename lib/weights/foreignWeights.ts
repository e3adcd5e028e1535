import { LabError } from '../errors';
import { buildNetwork, type NetworkConfig } from '../models/networks';
import { elements } from '../models/parameters';
import { checkFit } from './foreignFit';
import { type ForeignTensor, foreignTensors, isPytorch } from './foreignTensors';
import { fromPytorch } from './layouts';
import { layerNames, type NameScheme } from './names/layerNames';
import type { TensorSource } from './tensorSource';

/** How foreign weights are read. */
export interface ForeignOptions {
  /** Leave class 0, "background", of a file with one class more than the network out. Default false. */
  readonly dropBackground?: boolean;
}

/** Foreign weights under our names, in our layout. */
export interface ForeignWeights extends TensorSource {
  /** The file's tensors that the network does not have: counters, and heads that were not asked for. */
  readonly leftOut: readonly string[];
}

/**
 * Reads a foreign file's tensors as those of a network, by name.
 *
 * The gamma of a batch normalisation, which our networks do not have, is multiplied into the kernel and the moving
 * mean: in inference the result is the same, in training the batch statistics take the place of both.
 * Throws a LabError that lists every tensor that is missing, unknown or of another shape; nothing is read before.
 */
export function foreignWeights(
  config: NetworkConfig,
  source: TensorSource,
  scheme: NameScheme,
  options: ForeignOptions = {},
): ForeignWeights {
  const tensors = tensorsOf(config, scheme);
  const leftOut = checkFit({ config, scheme, tensors, source, ...options });
  const byOurName = new Map(tensors.map((tensor) => [tensor.parameter.name, tensor]));
  return {
    description: `${source.description} as ${config.name}`,
    shapes: new Map(tensors.map(({ parameter }) => [parameter.name, parameter.shape])),
    metadata: source.metadata,
    leftOut,
    read(name) {
      const tensor = byOurName.get(name);
      if (!tensor) {
        throw new LabError(`${config.name} has no tensor "${name}".`);
      }
      return readTensor(tensor, source, scheme);
    },
    close: () => source.close(),
  };
}

/** The foreign tensors of a network, in the order of our parameters. */
export function tensorsOf(config: NetworkConfig, scheme: NameScheme): readonly ForeignTensor[] {
  const names = layerNames(config, scheme);
  return buildNetwork(config).nodes.flatMap((node) => {
    const layer = names.get(node.name);
    return layer ? foreignTensors(node, layer, scheme) : [];
  });
}

function readTensor(tensor: ForeignTensor, source: TensorSource, scheme: NameScheme): Float32Array {
  const { shape } = tensor.parameter;
  const stored = withoutBackground(source.read(tensor.name), tensor, source, scheme);
  const values = isPytorch(scheme) ? fromPytorch(stored, shape) : stored;
  if (tensor.gamma !== undefined && source.shapes.has(tensor.gamma)) {
    const gamma = source.read(tensor.gamma);
    values.forEach((value, index) => (values[index] = value * gamma[index % gamma.length]));
  }
  return values;
}

/** Cuts class 0 off a classifier's tensor when the file has one class more than the network. */
function withoutBackground(
  values: Float32Array,
  { name, parameter }: ForeignTensor,
  source: TensorSource,
  scheme: NameScheme,
): Float32Array {
  const classes = parameter.shape[parameter.shape.length - 1];
  const surplus = values.length - elements(parameter.shape);
  if (surplus === 0) {
    return values;
  }
  if (isPytorch(scheme) || parameter.role === 'bias') {
    return values.slice(surplus);
  }
  const stored = source.shapes.get(name)?.at(-1) as number;
  return values.filter((_, index) => index % stored >= stored - classes);
}

import { LabError } from '../errors';
import { buildNetwork, type NetworkConfig } from '../models/networks';
import { BATCH_COUNTER, type ForeignTensor, foreignTensors, isPytorch } from './foreignTensors';
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

/** Heads that a file may have besides the network: the auxiliary one, and those that facenet puts on its trunk. */
const HEADS: Readonly<Record<NameScheme, RegExp>> = {
  slim: /\/AuxLogits\//,
  keras: /^$/,
  timm: /^AuxLogits\./,
  facenet: /^(last_linear|last_bn|logits)\./,
};

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
  const leftOut = checkNames(tensors, source, scheme);
  checkShapes(tensors, source, config, options);
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
  const surplus = values.length - parameter.shape.reduce((product, size) => product * size, 1);
  if (surplus === 0) {
    return values;
  }
  if (isPytorch(scheme) || parameter.role === 'bias') {
    return values.slice(surplus);
  }
  const stored = source.shapes.get(name)?.at(-1) as number;
  return values.filter((_, index) => index % stored >= stored - classes);
}

/** Returns the tensors that are left out; throws when any is missing or unknown. */
function checkNames(
  tensors: readonly ForeignTensor[],
  source: TensorSource,
  scheme: NameScheme,
): readonly string[] {
  const gammas = tensors.flatMap(({ gamma }) => gamma ?? []);
  const needed = tensors.map(({ name }) => name);
  const wanted = isPytorch(scheme) ? [...needed, ...new Set(gammas)] : needed;
  const missing = wanted.filter((name) => !source.shapes.has(name));
  const known = new Set([...needed, ...gammas]);
  const others = [...source.shapes.keys()].filter((name) => !known.has(name));
  const unknown = others.filter(
    (name) => !name.endsWith(BATCH_COUNTER) && !HEADS[scheme].test(name),
  );
  if (missing.length + unknown.length > 0) {
    throw new LabError(
      [
        `${source.description} does not fit: it has the weights of another network or another form.`,
        list('missing', missing),
        list('unknown', unknown),
      ].join(''),
    );
  }
  return others;
}

function checkShapes(
  tensors: readonly ForeignTensor[],
  source: TensorSource,
  config: NetworkConfig,
  { dropBackground = false }: ForeignOptions,
): void {
  const wrong = tensors.flatMap((tensor) => {
    const { name, gamma, shapes, parameter } = tensor;
    const stored = source.shapes.get(name) as readonly number[];
    const depth = [parameter.shape.at(-1) as number];
    const problems =
      fits(stored, shapes) || (dropBackground && fits(stored, grown(tensor, config)))
        ? []
        : [`${name}: ${text(stored)}, expected ${text(shapes[0])}`];
    const gammaShape = gamma === undefined ? undefined : source.shapes.get(gamma);
    return gammaShape === undefined || fits(gammaShape, [depth])
      ? problems
      : [...problems, `${String(gamma)}: ${text(gammaShape)}, expected ${text(depth)}`];
  });
  if (wrong.length > 0) {
    throw new LabError(
      `${source.description} does not fit: tensors have other shapes.${list('of another shape', [...new Set(wrong)])}`,
    );
  }
}

/** The shapes of a classifier's tensors with one class more. */
function grown({ parameter, shapes }: ForeignTensor, { classes }: NetworkConfig) {
  const isClassifier = parameter.name.includes('/logits/');
  return isClassifier
    ? shapes.map((shape) => shape.map((size) => (size === classes ? classes + 1 : size)))
    : [];
}

function fits(shape: readonly number[], expected: readonly (readonly number[])[]): boolean {
  return expected.some((candidate) => text(candidate) === text(shape));
}

function text(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** At most twenty names: a wrong network would fill screens. */
function list(what: string, names: readonly string[]): string {
  if (names.length === 0) {
    return '';
  }
  const shown = names.slice(0, 20).map((name) => `\n    ${name}`);
  const rest = names.length > 20 ? `\n    and ${names.length - 20} more` : '';
  return `\n  ${names.length} ${what}:${shown.join('')}${rest}`;
}

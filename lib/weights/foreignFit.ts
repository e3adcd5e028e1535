import { LabError } from '../errors';
import type { NetworkConfig } from '../models/networks';
import { BATCH_COUNTER, type ForeignTensor, isPytorch } from './foreignTensors';
import type { NameScheme } from './names/layerNames';
import type { TensorSource } from './tensorSource';

/** A network, what it wants from a file, and the file. */
export interface Fit {
  readonly config: NetworkConfig;
  readonly scheme: NameScheme;
  readonly tensors: readonly ForeignTensor[];
  readonly source: TensorSource;
  /** Whether the file has one class more than the network. */
  readonly dropBackground?: boolean;
}

/** The auxiliary head, where files have one; and the heads that facenet puts on its trunk. */
const AUXILIARY_HEAD = { slim: /\/AuxLogits\//, keras: undefined, timm: /^AuxLogits\./ } as const;
const FACENET_HEADS = /^(last_linear|last_bn|logits)\./;

/** At most so many names of a kind are shown: a wrong network would fill screens. */
const MOST_SHOWN = 20;

/**
 * Returns the file's tensors that the network leaves out: counters, and heads that were not asked for.
 *
 * Throws a LabError that lists every tensor that is missing, unknown or of another shape.
 */
export function checkFit(fit: Fit): readonly string[] {
  const { source } = fit;
  const others = tensorsBesides(fit);
  const head = headBesides(fit);
  const isLeftOut = (name: string): boolean =>
    name.endsWith(BATCH_COUNTER) || (head?.test(name) ?? false);
  const problems = [
    list('missing', missingTensors(fit)),
    list(
      'unknown',
      others.filter((name) => !isLeftOut(name)),
    ),
    list('of another shape', misshapenTensors(fit)),
  ].filter(Boolean);
  if (problems.length > 0) {
    throw new LabError(
      `${source.description} does not fit ${fit.config.name}: it has the weights of another network or form.` +
        problems.join(''),
    );
  }
  return others;
}

function missingTensors({ scheme, tensors, source }: Fit): readonly string[] {
  // slim and Keras leave gamma out; PyTorch always has it.
  const wanted = tensors.flatMap(({ name, gamma }) =>
    gamma !== undefined && isPytorch(scheme) ? [name, gamma] : [name],
  );
  return [...new Set(wanted)].filter((name) => !source.shapes.has(name));
}

function tensorsBesides({ tensors, source }: Fit): readonly string[] {
  const known = new Set(tensors.flatMap(({ name, gamma }) => [name, gamma]));
  return [...source.shapes.keys()].filter((name) => !known.has(name));
}

function headBesides({ scheme, config }: Fit): RegExp | undefined {
  if (scheme === 'facenet') {
    return FACENET_HEADS;
  }
  return config.auxiliaryHead ? undefined : AUXILIARY_HEAD[scheme];
}

function misshapenTensors(fit: Fit): readonly string[] {
  const wrong = fit.tensors.flatMap((tensor) => {
    const { name, gamma, parameter } = tensor;
    const depth = parameter.shape.slice(-1);
    return [
      shapeProblem(fit.source, name, shapesOf(tensor, fit)),
      gamma === undefined ? undefined : shapeProblem(fit.source, gamma, [depth]),
    ].filter((problem) => problem !== undefined);
  });
  return [...new Set(wrong)];
}

/** The shapes that a tensor may have in the file; a classifier has one class more where one is dropped. */
function shapesOf(
  { parameter, shapes }: ForeignTensor,
  { config: { classes }, dropBackground }: Fit,
): readonly (readonly number[])[] {
  if (!dropBackground || !parameter.name.includes('/logits/')) {
    return shapes;
  }
  return shapes.map((shape) => shape.map((size) => (size === classes ? classes + 1 : size)));
}

function shapeProblem(
  source: TensorSource,
  name: string,
  expected: readonly (readonly number[])[],
): string | undefined {
  const stored = source.shapes.get(name);
  const fits = !stored || expected.some((shape) => text(shape) === text(stored));
  return fits ? undefined : `${name}: ${text(stored)}, expected ${text(expected[0])}`;
}

function text(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function list(what: string, names: readonly string[]): string {
  if (names.length === 0) {
    return '';
  }
  const shown = names.slice(0, MOST_SHOWN).map((name) => `\n    ${name}`);
  const rest = names.length - shown.length;
  return `\n  ${names.length} ${what}:${shown.join('')}${rest > 0 ? `\n    and ${rest} more` : ''}`;
}

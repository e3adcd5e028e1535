import { createHash } from 'node:crypto';

import { z } from 'zod';

import { type Execution, EXECUTIONS, type Precision, PRECISIONS } from './backend/executionChoices';
import { BACKEND_CHOICES, type BackendChoice } from './backend/select';
import { UsageError } from './errors';
import { type NetworkConfig, networkConfig, type NetworkForm } from './models/networks';
import { networkSchema } from './models/networkSchema';

/** Everything that decides a run: the same config gives the same record. */
export interface Config {
  readonly network: NetworkConfig;
  readonly data: {
    readonly name: 'cifar10' | 'synthetic';
    /** How many images of each split are used, from the first on. */
    readonly trainImages: number;
    readonly testImages: number;
    /** Random crop and mirror of the training images. */
    readonly augment: boolean;
  };
  readonly optimizer: {
    /** 0.045, times 0.94 every two epochs (section 4). */
    readonly learningRate: number;
    readonly decayRate: number;
    readonly decayEpochs: number;
    /** RMSProp decay 0.9 and epsilon 1.0 (section 4); momentum 0.9 (Google's released trainer). */
    readonly decay: number;
    readonly momentum: number;
    readonly epsilon: number;
  };
  /** 0.1 (1512.00567 section 7). */
  readonly labelSmoothing: number;
  /** Decay of the moving statistics of batch normalisation; 0.9997 in slim. */
  readonly batchNormDecay: number;
  /** Largest decay of the moving average of the parameters; 0.9999 in Google's released trainer. */
  readonly averageDecay: number;
  /** 32 per replica (1512.00567 section 8); this paper gives none. */
  readonly batchSize: number;
  readonly epochs: number;
  readonly seed: number;
  readonly backend: BackendChoice;
  /** How steps run; absent: as compiled graphs on the native backend, eagerly on wasm. The numbers agree up to rounding. */
  readonly execution?: Execution;
  /** In what the layers compute; absent: float32. bfloat16 needs compiled steps and a processor or GPU that has it. */
  readonly precision?: Precision;
}

/** Settings that a config may leave out. */
const OPTIONAL_SETTINGS: readonly string[] = ['execution', 'precision'];

/** A config in which only what differs is given, as a tree or by dotted keys. */
export type Overrides = Readonly<Record<string, unknown>>;

/** The paper's setting for one network, on the data of its form: ImageNet is not read yet, so CIFAR-10 for both. */
export function defaultConfig(network: string, form: NetworkForm = 'small'): Config {
  return {
    network: networkConfig(network, form),
    data: { name: 'cifar10', trainImages: 50_000, testImages: 10_000, augment: true },
    optimizer: {
      learningRate: 0.045,
      decayRate: 0.94,
      decayEpochs: 2,
      decay: 0.9,
      momentum: 0.9,
      epsilon: 1,
    },
    labelSmoothing: 0.1,
    batchNormDecay: 0.9997,
    averageDecay: 0.9999,
    batchSize: 32,
    epochs: 160,
    seed: 0,
    backend: 'auto',
  };
}

/**
 * A config with some values replaced; keys are dotted paths, e.g. `{'network.width': 0.5, epochs: 3}`.
 *
 * Throws a UsageError that names the key, the value and what was expected when a key is unknown or a value wrong.
 */
export function overrideConfig(config: Config, overrides: Overrides): Config {
  const copy = structuredClone(config) as unknown as Tree;
  for (const [key, value] of Object.entries(overrides)) {
    replace(copy, key, value);
  }
  return checkConfig(copy);
}

/** `["epochs=3", "network.width=0.5"]` as overrides. Throws a UsageError for a word without "=". */
export function parseOverrides(words: readonly string[]): Overrides {
  return Object.fromEntries(
    words.map((word) => {
      const [, key, text] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
      if (key === undefined) {
        throw new UsageError(`"${word}" is not a setting: expected key=value, e.g. epochs=3.`);
      }
      return [key, parseValue(text)];
    }),
  );
}

/** Eight hexadecimal digits that change with any value of the config, whatever the order of its keys. */
export function configHash(config: Config): string {
  return createHash('sha256').update(canonical(config)).digest('hex').slice(0, 8);
}

type Tree = { [key: string]: unknown };

function replace(tree: Tree, dotted: string, value: unknown): void {
  const path = dotted.split('.');
  const last = path.pop() as string;
  let parent: unknown = tree;
  for (const key of path) {
    parent = isTree(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
  }
  const isOptional = OPTIONAL_SETTINGS.includes(dotted);
  if (!isTree(parent) || !(Object.hasOwn(parent, last) || isOptional)) {
    const known = [...new Set([...leaves(tree), ...OPTIONAL_SETTINGS])];
    throw new UsageError(`Unknown setting "${dotted}": expected one of ${known.join(', ')}.`);
  }
  if (isTree(parent[last]) && isTree(value)) {
    Object.entries(value).forEach(([key, inner]) => replace(tree, `${dotted}.${key}`, inner));
  } else {
    parent[last] = value;
  }
}

function leaves(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isTree(value) ? leaves(value, `${prefix}${key}.`) : [prefix + key],
  );
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function canonical(value: unknown): string {
  if (!isTree(value)) {
    return JSON.stringify(value);
  }
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

const positive = z.number().positive();
const count = z.number().int().positive();
const share = z.number().min(0).lt(1);

const configSchema: z.ZodType<Config> = z.strictObject({
  // Training has no use for a network without classes, or for the auxiliary head, yet.
  network: networkSchema
    .omit({ auxiliaryHead: true })
    .extend({ classes: networkSchema.shape.classes.min(2) }),
  data: z.strictObject({
    name: z.enum(['cifar10', 'synthetic']),
    trainImages: count,
    testImages: count,
    augment: z.boolean(),
  }),
  optimizer: z.strictObject({
    learningRate: positive,
    decayRate: z.number().gt(0).max(1),
    decayEpochs: positive,
    decay: share,
    momentum: share,
    epsilon: positive,
  }),
  labelSmoothing: share,
  batchNormDecay: share,
  averageDecay: share,
  batchSize: count,
  epochs: count,
  seed: z.number().int().min(0),
  backend: z.enum(BACKEND_CHOICES),
  execution: z.enum(EXECUTIONS).optional(),
  precision: z.enum(PRECISIONS).optional(),
});

function checkConfig(tree: Tree): Config {
  const result = configSchema.safeParse(tree);
  if (result.success) {
    return result.data;
  }
  const [issue] = result.error.issues;
  const key = issue.path.join('.');
  const value = issue.path.reduce<unknown>((parent, step) => (parent as Tree)[String(step)], tree);
  throw new UsageError(`Setting "${key}" is ${JSON.stringify(value)}: ${issue.message}.`);
}

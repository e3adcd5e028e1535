import { inspect } from 'node:util';

import type { Config, Overrides } from './config';
import { configSchema } from './configSchema';
import { UsageError } from './errors';
import { AUXILIARY_LOSS_WEIGHT } from './training/losses';
import { DEFAULT_STABILITY } from './training/stabilityOptions';

/**
 * Settings that a config may leave out, with the value that says the same as leaving them out, where there is one.
 *
 * Such a value is left out, so that a setting has one form and one hash; null leaves any of them out.
 */
const OPTIONAL_SETTINGS: Readonly<Record<string, unknown>> = {
  'network.auxiliaryHead': false,
  'network.filters': undefined,
  'network.lastBatchNorm': false,
  'data.train': undefined,
  'data.validation': undefined,
  'data.labels': undefined,
  'data.synsets': undefined,
  'data.trainImages': undefined,
  'data.testImages': undefined,
  'data.crops': 'shift',
  'optimizer.name': 'rmsprop',
  'optimizer.linearRate': 1,
  schedule: 'exponential',
  'warmUp.kind': undefined,
  'warmUp.learningRate': undefined,
  'warmUp.steps': undefined,
  'warmUp.epochs': undefined,
  'warmUp.untilError': undefined,
  gradientClip: undefined,
  weightDecay: 0,
  auxiliaryLossWeight: AUXILIARY_LOSS_WEIGHT,
  accumulation: 1,
  'earlyStopping.patience': undefined,
  'earlyStopping.minimumDelta': 0,
  'stability.every': DEFAULT_STABILITY.every,
  'stability.lastLayerEvery': DEFAULT_STABILITY.lastLayerEvery,
  'stability.diedAfter': DEFAULT_STABILITY.diedAfter,
  execution: undefined,
  precision: undefined,
};

/**
 * A config with some values replaced; keys are dotted paths, e.g. `{'network.width': 0.5, epochs: 3}`.
 *
 * Throws a UsageError that names the key, the value and what was expected when a key is unknown or a value wrong.
 */
export function overrideConfig(config: Config, overrides: Overrides): Config {
  const copy = structuredClone(config) as unknown as Tree;
  forgetOtherData(copy, overrides);
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

type Tree = { [key: string]: unknown };

function replace(config: Tree, key: string, value: unknown): void {
  const known = [...new Set([...leaves(config), ...Object.keys(OPTIONAL_SETTINGS)])];
  const parts = known.filter((setting) => setting.startsWith(`${key}.`));
  if (parts.length > 0) {
    replaceGroup(config, key, value, parts);
  } else if (!known.includes(key)) {
    throw new UsageError(`Unknown setting "${key}": expected one of ${known.join(', ')}.`);
  } else if (isOptional(key) && [null, undefined, OPTIONAL_SETTINGS[key]].includes(value)) {
    remove(config, key.split('.'));
  } else {
    set(config, key.split('.'), value);
  }
}

/** What is said of a data set, but for its augmentation, says nothing of a folder. */
function forgetOtherData(config: Tree, overrides: Overrides): void {
  const data = config.data as Tree;
  const group = overrides.data;
  const name = overrides['data.name'] ?? (isTree(group) ? group.name : undefined);
  if (name === 'imageFolder' && data.name !== name) {
    config.data = { name: data.name, augment: data.augment };
  }
}

function replaceGroup(config: Tree, key: string, value: unknown, parts: readonly string[]): void {
  if (isTree(value)) {
    Object.entries(value).forEach(([name, inner]) => replace(config, `${key}.${name}`, inner));
  } else if ((value === null || value === undefined) && parts.every(isOptional)) {
    remove(config, key.split('.'));
  } else {
    const names = parts.map((part) => part.slice(key.length + 1)).join(', ');
    throw new UsageError(
      `Setting "${key}" is ${shown(value)}: expected an object with some of ${names}.`,
    );
  }
}

function isOptional(key: string): boolean {
  return Object.hasOwn(OPTIONAL_SETTINGS, key);
}

function set(tree: Tree, [key, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    tree[key] = value;
  } else {
    tree[key] ??= {};
    set(tree[key] as Tree, rest, value);
  }
}

/** Removes a value, and the groups that it leaves empty. */
function remove(tree: Tree, [key, ...rest]: readonly string[]): void {
  const inner = tree[key];
  if (rest.length > 0 && isTree(inner)) {
    remove(inner, rest);
  }
  if (rest.length === 0 || (isTree(inner) && Object.keys(inner).length === 0)) {
    delete tree[key];
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

function checkConfig(tree: Tree): Config {
  const result = configSchema.safeParse(tree);
  if (result.success) {
    return result.data;
  }
  const [issue] = result.error.issues;
  const value = issue.path.reduce<unknown>(
    (parent, step) => (isTree(parent) ? parent[String(step)] : undefined),
    tree,
  );
  throw new UsageError(`Setting "${issue.path.join('.')}" is ${shown(value)}: ${issue.message}.`);
}

/** A value as a person would write it. */
function shown(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value)
    : inspect(value, { breakLength: Infinity });
}

import { type Config, overrideConfig } from '../config';
import type { Steering } from '../training/steering';
import type { ChoiceValue } from './controls';

/** Controls that act from the next step of a run on, and what they steer. */
const LIVE: Readonly<Record<string, keyof Steering>> = {
  scale: 'residualScale',
  learningRate: 'learningRate',
  gradientClip: 'gradientClip',
};

/** Short names of settings of the config. */
const SHORT: Readonly<Record<string, string>> = {
  learningRate: 'optimizer.learningRate',
  width: 'network.width',
  filters: 'network.filters',
};

/** What a person reads. */
const LABELS: Readonly<Record<string, string>> = {
  scale: 'Residual scaling',
  learningRate: 'Learning rate',
  gradientClip: 'Largest gradient norm',
  network: 'Network',
  width: 'Width',
  filters: 'Filters of the last grid',
  seed: 'Seed',
  batchSize: 'Batch size',
};

/** What a control steers while a run goes on; undefined where a run has to begin anew. */
export function steeredBy(name: string): keyof Steering | undefined {
  return Object.hasOwn(LIVE, name) ? LIVE[name] : undefined;
}

/** What a control is called on the page. */
export function labelOf(name: string): string {
  return Object.hasOwn(LABELS, name) ? LABELS[name] : name;
}

/**
 * A config with the value of a control; that of `network` is the config's own already.
 *
 * Throws a UsageError for a name that is no setting of the config, and for a value that it does not take.
 */
export function withSetting(config: Config, name: string, value: ChoiceValue): Config {
  if (name === 'network') return config;
  if (name === 'scale') {
    return overrideConfig(config, { 'network.residualScale': { a: value, b: value, c: value } });
  }
  return overrideConfig(config, { [keyOf(name)]: value });
}

/** What a config says of the setting of a control; undefined where that is absent, or not one value. */
export function settingOf(config: Config, name: string): unknown {
  if (name === 'network') return config.network.name;
  if (name === 'scale') {
    const { a, b, c } = config.network.residualScale;
    return a === b && b === c ? a : undefined;
  }
  return keyOf(name)
    .split('.')
    .reduce<unknown>((tree, key) => (tree as Record<string, unknown> | undefined)?.[key], config);
}

function keyOf(name: string): string {
  return Object.hasOwn(SHORT, name) ? SHORT[name] : name;
}

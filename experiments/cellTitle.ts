import type { Config } from '../lib/config';
import type { WarmUp } from '../lib/training/schedules';

/** A setting by its dotted key, and its value. */
type Settings = ReadonlyMap<string, unknown>;

/** How a setting is said, by its key, in the order of a title; undefined says nothing. Others are said by their key and value. */
const WORDS: Readonly<Record<string, (value: never) => string | undefined>> = {
  'network.residualScale': (scale: Config['network']['residualScale']) =>
    `scale ${perStage(scale)}`,
  'network.filters': (filters?: number) => given(filters, `${filters} filters`),
  'network.repeats': (repeats: Config['network']['repeats']) => `repeats ${perStage(repeats)}`,
  'network.lastBatchNorm': (isThere?: boolean) => (isThere ? 'last batch norm' : undefined),
  'optimizer.name': (name = 'rmsprop') => name,
  'optimizer.learningRate': (rate: number) => `rate ${rate}`,
  'optimizer.linearRate': (rate?: number) => given(rate, `linear rate ${rate}`),
  'optimizer.decayEpochs': (epochs: number) => `falls every ${epochs} epochs`,
  'optimizer.epsilon': (epsilon: number) => `epsilon ${epsilon}`,
  schedule: (schedule = 'exponential') => `${schedule} schedule`,
  warmUp: (warmUp?: WarmUp) => warmUp && warmUpText(warmUp),
  gradientClip: (norm?: number) => given(norm, `clipping ${norm}`),
  'data.trainImages': (images?: number) => given(images, `${images} images`),
  epochs: (epochs: number) => (epochs === 1 ? '1 epoch' : `${epochs} epochs`),
};

/** Settings that are said as a whole. */
const GROUPS = ['network.residualScale', 'network.repeats', 'warmUp'] as const;

/**
 * What tells a run from the others of an experiment, e.g. "scale 0.1, 512 filters, rate 0.1, seed 3": the settings that
 * differ among the runs of its network, and the network where there are several or nothing else differs.
 */
export function cellTitle(config: Config, configs: readonly Config[]): string {
  const sameNetwork = configs.filter(({ network }) => network.name === config.network.name);
  return titleOf(config, differingKeys(sameNetwork), sameNetwork.length < configs.length);
}

/** `cellTitle` of every config, for long lists. */
export function cellTitles(configs: readonly Config[]): readonly string[] {
  const names = [...new Set(configs.map(({ network }) => network.name))];
  const keys = new Map(
    names.map((name) => [
      name,
      differingKeys(configs.filter(({ network }) => network.name === name)),
    ]),
  );
  return configs.map((config) =>
    titleOf(config, keys.get(config.network.name) ?? [], names.length > 1),
  );
}

function titleOf(config: Config, keys: readonly string[], hasOtherNetworks: boolean): string {
  const settings = settingsOf(config);
  const words = keys.flatMap((key) => inWords(key, settings.get(key)) ?? []);
  const isNamed = hasOtherNetworks || words.length === 0;
  return [...(isNamed ? [config.network.name] : []), ...words, `seed ${config.seed}`].join(', ');
}

/** The settings that differ among configs, in the order of a title. */
function differingKeys(configs: readonly Config[]): readonly string[] {
  const settings = configs.map(settingsOf);
  const keys = [...new Set(settings.flatMap((one) => [...one.keys()]))];
  const differing = keys.filter(
    (key) => new Set(settings.map((one) => JSON.stringify(one.get(key)))).size > 1,
  );
  return inOrder(differing);
}

/** Settings without words of their own come last. */
function inOrder(keys: readonly string[]): readonly string[] {
  const order = Object.keys(WORDS);
  const place = (key: string): number => (key in WORDS ? order.indexOf(key) : order.length);
  return [...keys].sort((a, b) => place(a) - place(b));
}

function inWords(key: string, value: unknown): string | undefined {
  const word = WORDS[key] as ((value: unknown) => string | undefined) | undefined;
  if (word) return word(value);
  return value === undefined ? undefined : `${key} ${JSON.stringify(value)}`;
}

/** All settings but the seed, which is always said, and the network's name. */
function settingsOf(config: Config): Settings {
  const entries = leaves(config, '').filter(([key]) => key !== 'seed' && key !== 'network.name');
  return new Map(entries);
}

function leaves(tree: object, prefix: string): [string, unknown][] {
  return Object.entries(tree).flatMap(([name, value]: [string, unknown]) => {
    const key = prefix + name;
    const isGroup = typeof value === 'object' && value !== null && !isWhole(key);
    return isGroup ? leaves(value, `${key}.`) : [[key, value] as [string, unknown]];
  });
}

function isWhole(key: string): boolean {
  return GROUPS.some((group) => group === key);
}

function given(value: unknown, words: string): string | undefined {
  return value === undefined ? undefined : words;
}

function perStage({ a, b, c }: { a: number; b: number; c: number }): string {
  return a === b && b === c ? String(a) : [a, b, c].join('-');
}

function warmUpText({ kind, learningRate, ...length }: WarmUp): string {
  const until = Object.entries(length).map(([name, value]) =>
    name === 'untilError' ? `until error ${value}` : `for ${value} ${name}`,
  );
  return [`${kind === 'linear' ? 'linear ' : ''}warm-up at ${learningRate}`, ...until].join(' ');
}

import { type Config, defaultConfig, overrideConfig, type Overrides } from '../lib/config';
import type { NetworkName } from '../lib/models/networks';
import type { OwnScale, Scale } from '../lib/results/scale';
import { paperScaleConfig } from './paperScale';

/**
 * Do residual connections speed up training, at equal cost? (Figs. 21-26, Table 2)
 *
 * Run:    npm run lab -- run convergence --scale quick|standard, or with the paper's networks on ImageNet:
 *         npm run lab -- run convergence --scale paper data.train=<folder> data.validation=<folder>
 * Claim:  Inception-ResNet-v1 trains much faster than Inception-v3, which costs about the same, and ends slightly
 *         worse (top-1); Inception-ResNet-v2 trains faster than Inception-v4 and ends slightly better. Here: all four
 *         on CIFAR-10 at 32x32, as deep as the figures print them but narrower, so that the multiply-adds of each pair are
 *         equal within 5 %. At standard scale also networks of less than half the depth, which were tried first: shortcuts
 *         bring them nothing. Full depth was then tried once, with a seed (100) that is not among the recorded ones.
 * Cost:   a shallow run 3 to 13 minutes, a deep one more, on two shared cores with TensorFlow (`wallSeconds` of the records).
 * Result: see results/README.md
 */
export const CONVERGENCE = 'convergence';

/** The pair of Figures 21 and 22: the plain network and its residual counterpart. */
export const PAIR: readonly NetworkName[] = ['inception-v3', 'inception-resnet-v1'];

/** The pair of Figures 23 and 24, larger than the other. */
export const LARGE_PAIR: readonly NetworkName[] = ['inception-v4', 'inception-resnet-v2'];

/** Repeats as the figures print them, or about half of them and fewer. */
export const DEPTHS = ['shallow', 'printed'] as const;
export type Depth = (typeof DEPTHS)[number];

interface ScaleSettings {
  readonly seeds: readonly number[];
  readonly shared: Overrides;
  /** The last one is the scale's own: its runs are the newest, which figures and claims show. */
  readonly depths: readonly Depth[];
  /** Where the networks are neither of SHALLOW nor of the figures' depth. */
  readonly networks?: NetworkOverrides;
}

type NetworkOverrides = Readonly<Partial<Record<NetworkName, Overrides>>>;

/** Shallow forms: about 12 million multiply-adds each of the smaller pair, 21 million each of the larger. */
const SHALLOW: NetworkOverrides = {
  'inception-v3': { 'network.width': 0.25, 'network.repeats': { a: 1, b: 2, c: 1 } },
  'inception-v4': { 'network.width': 0.25, 'network.repeats': { a: 1, b: 2, c: 1 } },
  'inception-resnet-v1': { 'network.width': 0.223, 'network.repeats': { a: 2, b: 4, c: 2 } },
  'inception-resnet-v2': { 'network.width': 0.25, 'network.repeats': { a: 2, b: 4, c: 2 } },
};

/** The smallest networks that still have every kind of block; the pair costs the same. */
const TINY: NetworkOverrides = {
  'inception-v3': { 'network.width': 0.125, 'network.repeats': { a: 1, b: 1, c: 1 } },
  'inception-v4': { 'network.width': 0.125, 'network.repeats': { a: 1, b: 1, c: 1 } },
  'inception-resnet-v1': { 'network.width': 0.116, 'network.repeats': { a: 1, b: 1, c: 1 } },
  'inception-resnet-v2': { 'network.width': 0.134, 'network.repeats': { a: 1, b: 1, c: 1 } },
};

/** The paper states no weight decay, and the committed records were made without. */
const WITHOUT_WEIGHT_DECAY: Overrides = { weightDecay: 0 };

/**
 * What differs from the paper's setting at each scale.
 *
 * A few thousand steps are too few for batch normalisation's decay of 0.9997, so the short scales use 0.99.
 */
const SETTINGS: Readonly<Record<OwnScale, ScaleSettings>> = {
  smoke: {
    seeds: [0],
    shared: {
      ...WITHOUT_WEIGHT_DECAY,
      epochs: 2,
      batchNormDecay: 0.9,
      // Gentler than the paper's 0.045: there are only twenty steps.
      'optimizer.learningRate': 0.01,
      'data.trainImages': 320,
      'data.testImages': 500,
    },
    depths: ['shallow'],
    networks: TINY,
  },
  quick: {
    seeds: [0],
    shared: {
      ...WITHOUT_WEIGHT_DECAY,
      epochs: 5,
      batchNormDecay: 0.99,
      'data.trainImages': 8_000,
      'data.testImages': 2_000,
    },
    depths: ['shallow'],
  },
  standard: {
    seeds: [0, 1, 2],
    shared: {
      ...WITHOUT_WEIGHT_DECAY,
      epochs: 8,
      batchNormDecay: 0.99,
      'data.trainImages': 12_800,
    },
    depths: ['shallow', 'printed'],
  },
};

/**
 * The config of one network at a scale, with the user's overrides on top; `depth` is the scale's own unless told otherwise.
 * Throws as `paperScaleConfig` does.
 */
export function convergenceConfig(
  network: string,
  scale: Scale,
  overrides: Overrides = {},
  depth?: Depth,
): Config {
  if (scale === 'paper') return paperScaleConfig(network, overrides);
  const { shared, depths, networks = SHALLOW } = SETTINGS[scale];
  const base = defaultConfig(network);
  const own = (depth ?? depths.at(-1)) === 'shallow' ? networks[base.network.name] : {};
  // In two steps, since another data set has other numbers of images.
  const scaled = overrideConfig(base, { ...shared, ...own });
  return overrideConfig(scaled, overrides);
}

/**
 * Every run of the experiment at a scale: seed by seed, so that pairs are complete early; only one where it is given. At
 * smoke scale the smaller pair stands for both.
 */
export function convergenceConfigs(scale: Scale, overrides: Overrides = {}): readonly Config[] {
  const { seeds, depths } =
    scale === 'paper' ? { seeds: [0], depths: [undefined] } : SETTINGS[scale];
  const networks = scale === 'smoke' ? PAIR : [...PAIR, ...LARGE_PAIR];
  return depths.flatMap((depth) =>
    ('seed' in overrides ? seeds.slice(0, 1) : seeds).flatMap((seed) =>
      networks.map((network) => convergenceConfig(network, scale, { seed, ...overrides }, depth)),
    ),
  );
}

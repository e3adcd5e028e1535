import type { Config } from '../lib/config';
import { defaultConfig, overrideConfig, type Overrides } from '../lib/config';

/** What decides whether a network of the study lives (section 3.3). */
export interface StudyCell {
  /** Filters of the last grid. */
  readonly filters: number;
  readonly learningRate: number;
  /** Residual scaling, alike on all grids. */
  readonly scale: number;
}

/** What all runs of the study have in common: the regime of the search that found it, nothing beside that could hide an effect. */
const SHARED: Overrides = {
  schedule: 'constant',
  weightDecay: 0,
  labelSmoothing: 0,
  'data.augment': false,
  batchNormDecay: 0.9,
  epochs: 1,
  'data.testImages': 1_000,
  // Every step of the last layer; and a network that is dead goes on, to see whether it recovers.
  stability: { every: 20, lastLayerEvery: 1, diedAfter: 1_000_000 },
};

/** The config of a run of so many steps, each on a batch of images that it has not seen, with the user's overrides on top. */
export function studyConfig(
  { filters, learningRate, scale }: StudyCell,
  steps: number,
  ...overrides: readonly Overrides[]
): Config {
  const base = defaultConfig('inception-resnet-v1', 'study');
  const own: Overrides = {
    ...SHARED,
    'network.filters': filters,
    'network.residualScale': { a: scale, b: scale, c: scale },
    'optimizer.learningRate': learningRate,
    'data.trainImages': steps * base.batchSize,
  };
  return [own, ...overrides].reduce(overrideConfig, base);
}

import type { Config, Overrides } from '../lib/config';
import { type PaperNetwork, paperNetworks } from '../lib/results/paper';
import type { Scale } from '../lib/results/scale';
import { convergenceConfig } from './convergence';
import { requireOwnScale } from './paperScale';

/**
 * Networks that have seen parts of all sizes in training, for Tables 3 to 5. (Section 5)
 *
 * Run:    npm run lab -- run randomSizeCrops --scale standard
 * Claim:  none of its own: `crops` and `ensembles` evaluate these networks beside those of `convergence`, which saw images of
 *         one size. Google's code trains on parts of random size; the paper does not say how it trained.
 *         Here: the shallow networks of `convergence`, on parts of 30 to 100 % of an image's area scaled to 32x32, and as many
 *         of them as the two ensembles of Table 5 have, with one Inception-ResNet-v1 for the other tables.
 * Cost:   5 to 7 minutes a run, two at a time on two cores (`wallSeconds` of the records); at the short scales there are none.
 * Result: see results/README.md
 */
export const RANDOM_SIZE_CROPS = 'randomSizeCrops';

/** The seeds of each network. */
const SEEDS: Readonly<Record<PaperNetwork, readonly number[]>> = {
  'inception-v3': [0, 1, 2, 3],
  'inception-resnet-v1': [0],
  'inception-v4': [0],
  'inception-resnet-v2': [0, 1, 2],
};

/** The config of one of these networks at standard scale, with the user's overrides on top. */
export function randomSizeConfig(network: PaperNetwork, overrides: Overrides): Config {
  return convergenceConfig(
    network,
    'standard',
    { 'data.crops': 'randomSize', ...overrides },
    'shallow',
  );
}

/**
 * Every run of the experiment at a scale; of each network one where a seed is given. Throws a UsageError at paper scale, where
 * `convergence` trains on such parts.
 */
export function randomSizeConfigs(scale: Scale, overrides: Overrides = {}): readonly Config[] {
  const own = requireOwnScale(
    scale,
    RANDOM_SIZE_CROPS,
    'there "convergence" trains on parts of random size, too.',
  );
  if (own !== 'standard') return [];
  return paperNetworks.flatMap((network) =>
    ('seed' in overrides ? SEEDS[network].slice(0, 1) : SEEDS[network]).map((seed) =>
      randomSizeConfig(network, { seed, ...overrides }),
    ),
  );
}

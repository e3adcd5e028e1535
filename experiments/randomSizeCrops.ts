import type { Config, Overrides } from '../lib/config';
import { paperNetworks } from '../lib/results/paper';
import type { Scale } from '../lib/results/scale';
import { convergenceConfig } from './convergence';
import { requireOwnScale } from './paperScale';

/**
 * Networks that have seen parts of all sizes in training, for Tables 2 to 4. (Section 5)
 *
 * Run:    npm run lab -- run randomSizeCrops --scale standard
 * Claim:  none of its own: `crops` evaluates these networks beside those of `convergence`, which saw images of one size.
 *         Google's code trains on parts of random size; the paper does not say how it trained.
 *         Here: the shallow networks of `convergence`, on parts of 30 to 100 % of an image's area scaled to 32x32.
 * Cost:   some minutes a run with TensorFlow (`wallSeconds` of the records); at the short scales there are none.
 * Result: see results/README.md
 */
export const RANDOM_SIZE_CROPS = 'randomSizeCrops';

const SEED = 0;

/**
 * Every run of the experiment at a scale: one of each network. Throws a UsageError at paper scale, where `convergence` trains
 * on such parts.
 */
export function randomSizeConfigs(scale: Scale, overrides: Overrides = {}): readonly Config[] {
  const own = requireOwnScale(
    scale,
    RANDOM_SIZE_CROPS,
    'there "convergence" trains on parts of random size, too.',
  );
  if (own !== 'standard') return [];
  const settings = { 'data.crops': 'randomSize', seed: SEED, ...overrides };
  return paperNetworks.map((network) => convergenceConfig(network, own, settings, 'shallow'));
}

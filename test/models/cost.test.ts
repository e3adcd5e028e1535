import { describe, expect, it } from 'vitest';

import { networkCost } from '../../lib/models/cost';
import { buildNetwork, networkConfig, type NetworkForm } from '../../lib/models/networks';
import type { PerStage } from '../../lib/models/node';

const RELEASED_V2: PerStage = { a: 10, b: 20, c: 10 };

/**
 * Trainable parameters, all parameters and multiply-adds (billions) with 1000 classes at 299x299.
 *
 * Keras states the counts of Inception-v3 and Inception-ResNet-v2; the others were counted from the reference code and
 * from the figures by an independent program.
 */
const PUBLISHED: readonly [
  name: string,
  form: NetworkForm,
  repeats: PerStage | undefined,
  trainable: number,
  total: number,
  giga: number,
][] = [
  ['inception-v3', 'published', undefined, 23_817_352, 23_851_784, 5.713],
  ['inception-v4', 'published', undefined, 42_648_232, 42_711_400, 12.254],
  ['inception-resnet-v1', 'published', undefined, 24_342_808, 24_371_384, 6.309],
  ['inception-resnet-v1', 'paper', undefined, 22_742_808, 22_769_848, 6.206],
  ['inception-resnet-v2', 'published', undefined, 55_813_192, 55_873_736, 13.156],
  ['inception-resnet-v2', 'paper', undefined, 32_417_496, 32_450_360, 9.258],
  ['inception-resnet-v2', 'paper-r2', undefined, 31_534_456, 31_567_064, 9.191],
  ['inception-resnet-v2', 'paper', RELEASED_V2, 55_255_816, 55_313_160, 14.142],
  ['inception-resnet-v2', 'paper-r2', RELEASED_V2, 53_972_936, 54_030_024, 14.049],
];

describe('networkCost', () => {
  it.each(PUBLISHED)('%s, %s form, %j', (name, form, repeats, trainable, total, giga) => {
    const config = networkConfig(name, form);
    const cost = networkCost(buildNetwork({ ...config, repeats: repeats ?? config.repeats }));
    expect(cost.trainableParameters).toBe(trainable);
    expect(cost.parameters).toBe(total);
    expect(cost.multiplyAdds / 1e9).toBeCloseTo(giga, 3);
  });

  it('counts 1001 classes', () => {
    const v4 = buildNetwork({ ...networkConfig('inception-v4'), classes: 1001 });
    expect(networkCost(v4).trainableParameters).toBe(42_649_769);
  });
});

import { describe, expect, it } from 'vitest';

import { networkCost } from '../../lib/models/cost';
import { buildNetwork, networkConfig } from '../../lib/models/networks';

describe('networkCost', () => {
  it.each([
    // Keras states 23,817,352 trainable and 23,851,784 total parameters for Inception-v3.
    ['inception-v3', 23_817_352, 23_851_784, 5.713],
    ['inception-resnet-v1', 22_742_808, 22_769_848, 6.206],
  ] as const)('%s has the published counts', (name, trainable, total, giga) => {
    const cost = networkCost(buildNetwork(networkConfig(name)));
    expect(cost.trainableParameters).toBe(trainable);
    expect(cost.parameters).toBe(total);
    expect(cost.multiplyAdds / 1e9).toBeCloseTo(giga, 3);
  });
});

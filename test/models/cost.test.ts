import { describe, expect, it } from 'vitest';

import { blockCosts, networkCost } from '../../lib/models/cost';
import { buildNetwork, networkConfig } from '../../lib/models/networks';
import { PUBLISHED_COUNTS } from './publishedCounts';

describe('networkCost', () => {
  it.each(PUBLISHED_COUNTS)(
    '%s, %s form, %i classes, auxiliary head: %s',
    (name, form, classes, auxiliaryHead, convolutions, trainable, withGamma, all, giga) => {
      const network = buildNetwork({ ...networkConfig(name, form), classes, auxiliaryHead });
      const cost = networkCost(network);
      expect([cost.convolutions, cost.batchNormalised]).toEqual(convolutions);
      expect(cost.trainableParameters).toBe(trainable);
      expect(cost.parametersWithGamma).toBe(withGamma);
      expect(cost.parameters).toBe(all);
      if (giga !== undefined) {
        expect(cost.multiplyAdds / 1e9).toBeCloseTo(giga, 3);
      }
    },
  );

  it('costs an Inception-ResNet-A of the released Inception-ResNet-v2 what its formula says', () => {
    const block = blockCosts(buildNetwork(networkConfig('inception-resnet-v2'))).find(
      ({ block }) => block === 'inceptionResNetA_04',
    );
    const weights =
      320 * 32 + (320 * 32 + 9 * 32 * 32) + (320 * 32 + 9 * 32 * 48 + 9 * 48 * 64) + 128 * 320;
    const normalised = 32 + 32 + 32 + 32 + 48 + 64;
    expect(block).toMatchObject({
      output: [35, 35, 320],
      trainableParameters: weights + normalised + 320,
      parameters: weights + 3 * normalised + 320,
      multiplyAdds: 35 * 35 * weights,
    });
  });
});

import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { batchedImages } from '../../lib/data/batches';
import { syntheticDataset } from '../../lib/data/synthetic';
import { evaluate } from '../../lib/evaluation/evaluate';
import { rankOf, ranksOf, topKErrorPercent } from '../../lib/evaluation/topK';
import { forward } from '../../lib/models/forward';
import { buildNetwork } from '../../lib/models/networks';
import { createParameters } from '../../lib/models/parameterValues';
import { inference } from '../../lib/training/programs';

describe('rankOf', () => {
  it('counts the classes that are ahead', () => {
    expect(rankOf(2, [0.1, 0.9, 0.5, 0.2])).toBe(1);
    expect(rankOf(1, [0.1, 0.9, 0.5, 0.2])).toBe(0);
  });

  it('breaks ties by class number, and never counts NaN as right', () => {
    expect([0, 1, 2].map((label) => rankOf(label, [1, 1, 1]))).toEqual([0, 1, 2]);
    expect(rankOf(0, [NaN, NaN])).toBe(2);
  });

  it('is the place in a stable descending sort', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1 }), (logits) => {
        const order = logits.map((_, label) => label).sort((a, b) => logits[b] - logits[a]);
        expect(logits.map((_, label) => rankOf(label, logits))).toEqual(
          logits.map((_, label) => order.indexOf(label)),
        );
      }),
    );
  });
});

describe('topKErrorPercent', () => {
  it('is the share of true classes outside the first k', () => {
    const ranks = ranksOf([0, 1, 1], Float32Array.of(3, 2, 1, 3, 2, 1, 1, 2, 3));
    expect(ranks).toEqual([0, 1, 1]);
    expect(topKErrorPercent(ranks, 1)).toBeCloseTo(200 / 3, 12);
    expect(topKErrorPercent(ranks, 2)).toBe(0);
  });
});

describe('evaluate', () => {
  beforeAll(async () => {
    await selectBackend();
  });

  it('equals a plain loop over single images, also with a last batch that is not full', async () => {
    const { test } = syntheticDataset(10, 260);
    const network = buildNetwork(convergenceConfig('inception-v3', 'smoke').network);
    const parameters = createParameters(network, (name) => name.length);
    const result = await evaluate(
      (images, labels) => inference(network, parameters, images, labels),
      batchedImages(test, 32),
    );
    let wrong = 0;
    for (let i = 0; i < test.count; i++) {
      const pixels = Float32Array.from(
        test.pixels.subarray(i * 3072, (i + 1) * 3072),
        (value) => value / 127.5 - 1,
      );
      const logits = tf.tidy(
        () =>
          forward(network, parameters, tf.tensor4d(pixels, [1, 32, 32, 3]), { training: false })
            .argMax(1)
            .dataSync()[0],
      );
      wrong += logits === test.labels[i] ? 0 : 1;
    }
    expect(result.top1Error).toBeCloseTo((100 * wrong) / test.count, 10);
    expect(result.top5Error).toBeLessThanOrEqual(result.top1Error);
    tf.dispose([...parameters.values()]);
  });
});

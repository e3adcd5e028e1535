import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { compareOptimizer } from '../../lib/verify/optimizerNumbers';
import { blockPart } from '../../lib/verify/parts';
import type { TrainingBlock } from '../../lib/verify/trainingSchema';
import { reference, selectForVerifying } from './reference';

let allowed = 1;
beforeAll(async () => {
  allowed = await selectForVerifying();
});

function missedWith(change: Partial<TrainingBlock>): string[] {
  const block = { ...reference.training_block, ...change };
  return blockPart({ ...reference, training_block: block }, allowed)
    .run()
    .flatMap(({ misses }) => misses.map(({ where }) => where));
}

describe('a block in training', () => {
  it('has the loss, gradients and moving statistics of TensorFlow and PyTorch, and frees every tensor', () => {
    const before = tf.memory().numTensors;
    const findings = blockPart(reference, allowed).run();
    expect(tf.memory().numTensors).toBe(before);
    expect(findings.map(({ what }) => what)).toEqual([
      'output and loss',
      'gradients',
      'batch statistics',
      'moving statistics',
    ]);
    expect(findings.flatMap(({ misses }) => misses)).toEqual([]);
    expect(findings[1].compared).toBe(1 + 11 * (3 + 8 + 4 + 4));
  });

  it('misses with another scale, epsilon, input or loss', () => {
    expect(missedWith({ scale: 0.11 })).toEqual(['scale']);
    expect(missedWith({ epsilon: 1e-5 })).toEqual(['epsilon']);
    expect(missedWith({ loss_torch_f64: 75.9 })).toEqual(['loss']);
    expect(missedWith({ input: 'fixture/block17/other' })).toContain('input l2');
    expect(missedWith({ loss_weights: 'fixture/block17/other' })).toContain('input l2');
  });

  it('tells the variance of slim from that of Keras after a single step', () => {
    const steps = reference.training_block.steps.map(({ decay, layers }) => ({
      decay,
      layers: Object.fromEntries(
        Object.entries(layers).map(([point, layer]) => {
          const slim = layer.new_moving_variance_bessel_tf1_fused_and_torch;
          const keras = layer.new_moving_variance_biased_keras3;
          const swapped = {
            new_moving_variance_bessel_tf1_fused_and_torch: keras,
            new_moving_variance_biased_keras3: slim,
          };
          return [point, { ...layer, ...swapped }];
        }),
      ),
    }));
    const missed = missedWith({ steps });
    for (const point of Object.keys(steps[0].layers)) {
      expect(missed.filter((where) => where.startsWith(`${point} variance`))).not.toEqual([]);
    }
  });
});

describe('optimizer, schedule, averages and loss', () => {
  it('take the steps of TensorFlow, and free every tensor', () => {
    const before = tf.memory().numTensors;
    const findings = compareOptimizer(reference.optimizer, reference.seed, allowed);
    expect(tf.memory().numTensors).toBe(before);
    expect(findings.flatMap(({ misses }) => misses)).toEqual([]);
    expect(findings.map(({ compared }) => compared)).toEqual([
      5 * 8,
      32 + 11,
      8 * 8,
      1,
      1,
      1 + 2 * 8,
    ]);
  });

  it('miss with other constants', () => {
    const { rmsprop, ema, losses, lr_schedule: schedule } = reference.optimizer;
    const other = {
      ...reference.optimizer,
      rmsprop: { ...rmsprop, rho: 0.95 },
      ema: { ...ema, decay: 0.99 },
      lr_schedule: { ...schedule, formula: { ...schedule.formula, decayRate: 0.95 } },
      losses: {
        label_smoothing: { ...losses.label_smoothing, eps: 0 },
        l2_regularizer: { ...losses.l2_regularizer, scale: 4.1e-5 },
        clip_by_global_norm: { ...losses.clip_by_global_norm, clip_norm: 2.1 },
      },
    };
    const missed = compareOptimizer(other, reference.seed, allowed).map(
      ({ misses }) => misses.length > 0,
    );
    expect(missed).toEqual([true, true, true, true, true, true]);
  });
});

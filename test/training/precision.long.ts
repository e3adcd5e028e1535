import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import type { Precision } from '../../lib/backend/executionChoices';
import { selectBackend } from '../../lib/backend/select';
import { overrideConfig } from '../../lib/config';
import { trainingBatches } from '../../lib/data/batches';
import { loadCifar10 } from '../../lib/data/cifar10';
import { firstImages, type ImageSet } from '../../lib/data/dataset';
import { buildNetwork } from '../../lib/models/networks';
import { TrainingState } from '../../lib/training/step';
import { hasTensorflow } from '../hasTensorflow';

const STEPS = 200;
const SEEDS = [0, 1, 2];

let images: ImageSet;

/** Mean loss of the second half of 200 training steps on CIFAR-10. */
function lateLoss(seed: number, precision: Precision): number {
  const config = overrideConfig(convergenceConfig('inception-resnet-v1', 'smoke'), { seed });
  const { batchSize, optimizer } = config;
  const state = new TrainingState(buildNetwork(config.network), config, { precision });
  const chosen = firstImages(images, STEPS * batchSize, 32);
  const options = { batchSize, imageSize: 32, augment: true, seed, epoch: 0 };
  const losses = [...trainingBatches(chosen, options)].map(
    (batch) => state.step(batch, optimizer).loss,
  );
  state.dispose();
  expect(losses).toHaveLength(STEPS);
  return mean(losses.slice(STEPS / 2));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe.skipIf(!hasTensorflow)('training in bfloat16', () => {
  beforeAll(async () => {
    await selectBackend('tensorflow');
    images = (await loadCifar10()).train;
  });

  it('ends where float32 does, closer than seeds are to each other', ({ skip }) => {
    try {
      new TrainingState(
        buildNetwork(convergenceConfig('inception-resnet-v1', 'smoke').network),
        convergenceConfig('inception-resnet-v1', 'smoke'),
        { precision: 'bfloat16' },
      ).dispose();
    } catch (error) {
      skip(`bfloat16 cannot be used here: ${(error as Error).message}`);
    }
    const single = SEEDS.map((seed) => lateLoss(seed, 'float32'));
    const half = SEEDS.map((seed) => lateLoss(seed, 'bfloat16'));
    const spread = Math.max(...single) - Math.min(...single);
    console.log({ single, half, spread, difference: mean(half) - mean(single) });
    expect(half).not.toEqual(single);
    expect(Math.abs(mean(half) - mean(single))).toBeLessThan(spread);
  });
});

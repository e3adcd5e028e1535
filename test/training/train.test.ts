import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { overrideConfig, type Overrides } from '../../lib/config';
import { trainingBatches } from '../../lib/data/batches';
import { syntheticDataset } from '../../lib/data/synthetic';
import { buildNetwork } from '../../lib/models/networks';
import { TrainingState } from '../../lib/training/step';
import { train } from '../../lib/training/train';

const dataset = syntheticDataset();

function smallConfig(network: string, overrides: Overrides = {}) {
  return overrideConfig(convergenceConfig(network, 'smoke'), {
    'data.name': 'synthetic',
    'data.testImages': 100,
    ...overrides,
  });
}

beforeAll(async () => {
  await selectBackend();
});

describe('train', () => {
  it.each(['inception-v3', 'inception-resnet-v1'])(
    '%s learns what can be learnt',
    async (network) => {
      const config = smallConfig(network, {
        epochs: 4,
        'data.augment': false,
        'data.trainImages': 512,
      });
      const { status, epochs } = await train(config, dataset);
      expect(status).toBe('done');
      // Ten classes: chance is 90 %.
      expect(epochs[3].trainTop1Error).toBeLessThan(40);
      expect(epochs[3].trainLoss).toBeLessThan(epochs[0].trainLoss);
    },
  );

  it('gives the same epoch lines for the same seed, and others for another', async () => {
    const lines = async (seed: number) => {
      const { epochs } = await train(smallConfig('inception-resnet-v1', { seed }), dataset);
      return epochs.map(({ seconds: _, ...line }) => line);
    };
    const first = await lines(0);
    expect(await lines(0)).toEqual(first);
    expect(await lines(1)).not.toEqual(first);
  });

  it('reports a run whose loss is not finite as diverged, without throwing', async () => {
    const { status } = await train(
      smallConfig('inception-v3', { 'optimizer.learningRate': 1e30 }),
      dataset,
    );
    expect(status).toBe('diverged');
  });

  it('stops after the current step when asked', async () => {
    const controller = new AbortController();
    const steps: number[] = [];
    const onStep = ({ step }: { step: number }) => {
      steps.push(step);
      if (step === 3) controller.abort();
    };
    const { status } = await train(smallConfig('inception-v3'), dataset, {
      onStep,
      signal: controller.signal,
    });
    expect(status).toBe('stopped');
    expect(steps).toEqual([1, 2, 3]);
  });

  it.each([
    [{ 'network.inputSize': 64 }, 'network.inputSize is 64'],
    [{ 'network.classes': 7 }, 'network.classes is 7'],
    [{ 'data.trainImages': 9999 }, 'data.trainImages is 9999'],
    [{ batchSize: 400 }, 'batchSize is 400'],
  ])('refuses %j before it starts', async (overrides, message) => {
    await expect(train(smallConfig('inception-v3', overrides), dataset)).rejects.toThrow(message);
  });

  it('frees every tensor', async () => {
    const before = tf.memory().numTensors;
    await train(smallConfig('inception-resnet-v1', { epochs: 1 }), dataset);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('TrainingState', () => {
  it('holds the same number of tensors after every step', () => {
    const config = smallConfig('inception-resnet-v1');
    const state = new TrainingState(buildNetwork(config.network), config);
    const counts = new Set<number>();
    const options = { batchSize: 32, imageSize: 32, augment: true, seed: 0, epoch: 0 };
    for (const batch of trainingBatches(dataset.train, options)) {
      state.step(batch, { learningRate: 0.01 });
      counts.add(tf.memory().numTensors);
    }
    expect(counts.size).toBe(1);
    state.dispose();
  });
});

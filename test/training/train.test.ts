import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { type Config, overrideConfig, type Overrides } from '../../lib/config';
import { trainingBatches } from '../../lib/data/batches';
import { syntheticDataset } from '../../lib/data/synthetic';
import { buildNetwork } from '../../lib/models/networks';
import type { EpochLine, ProbeLine } from '../../lib/results/record';
import type { Moment, Position, Snapshot } from '../../lib/training/snapshot';
import { TrainingState } from '../../lib/training/step';
import { train } from '../../lib/training/train';
import { hasTensorflow } from '../hasTensorflow';

const dataset = syntheticDataset();

function smallConfig(network: string, overrides: Overrides = {}) {
  return overrideConfig(convergenceConfig(network, 'smoke'), {
    'data.name': 'synthetic',
    'data.testImages': 100,
    ...overrides,
  });
}

const EXECUTIONS = hasTensorflow ? (['eager', 'compiled'] as const) : (['eager'] as const);

function withoutTimes(epochs: readonly EpochLine[]) {
  return epochs.map(({ seconds: _, ...line }) => line);
}

function onDisk(position: Position): Position {
  return JSON.parse(JSON.stringify(position)) as Position;
}

function copies(tensors: ReadonlyMap<string, tf.Tensor>): ReadonlyMap<string, Float32Array> {
  return new Map(
    [...tensors].map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]),
  );
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
      return withoutTimes(epochs);
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

  it('ends early when the error has stopped falling', async () => {
    const overrides = { epochs: 9, 'optimizer.learningRate': 1e-9 };
    const config = smallConfig('inception-v3', {
      ...overrides,
      earlyStopping: { patience: 2, minimumDelta: 50 },
    });
    const { status, epochs, stoppedEarly } = await train(config, dataset);
    expect([status, epochs.length, stoppedEarly]).toEqual(['done', 3, true]);
  });

  it.each(EXECUTIONS)('goes on from any snapshot as if it had not ended, %s', async (execution) => {
    const config = smallConfig('inception-resnet-v1', {
      execution,
      'data.trainImages': 96,
      accumulation: 3,
      batchSize: 8,
      epochs: 2,
      weightDecay: 1e-4,
      gradientClip: 2,
    });
    const kept: { moment: Moment; snapshot: Snapshot }[] = [];
    const keeper = {
      due: () => true,
      save: (position: Position, tensors: ReadonlyMap<string, tf.Tensor>, moment: Moment) =>
        kept.push({ moment, snapshot: { position: onDisk(position), tensors: copies(tensors) } }),
    };
    const whole = await train(config, dataset, { snapshots: keeper });
    expect(kept.map(({ moment }) => moment).join(' ')).toBe(
      'step step step step epoch step step step step epoch end',
    );
    const end = kept[kept.length - 1].snapshot;
    for (const { snapshot } of kept.splice(0).filter((_, index) => [1, 4].includes(index))) {
      const again = await train(config, dataset, { resume: snapshot, snapshots: keeper });
      expect(withoutTimes(again.epochs)).toEqual(withoutTimes(whole.epochs));
      expect(kept[kept.length - 1].snapshot.tensors).toEqual(end.tensors);
    }
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

/** A run that was stopped after its first step. */
async function afterOneStep(config: Config): Promise<Snapshot> {
  const stopped: Snapshot[] = [];
  await train(config, dataset, {
    signal: AbortSignal.abort(),
    snapshots: {
      due: (_, moment) => moment === 'stop',
      save: (position, tensors) =>
        stopped.push({ position: onDisk(position), tensors: copies(tensors) }),
    },
  });
  return stopped[0];
}

describe('the stability of a run', () => {
  it('ends it as diverged when a weight is not finite, though no loss of a step shows it', async () => {
    const config = smallConfig('inception-resnet-v1', { 'data.trainImages': 96 });
    const { position, tensors } = await afterOneStep(config);
    // Moving statistics are used in evaluation only.
    tensors.get('parameters/stem/conv1/movingMean')?.fill(NaN);
    const losses: number[] = [];
    const result = await train(config, dataset, {
      resume: { position, tensors },
      onStep: ({ loss }) => losses.push(loss),
    });
    expect(losses).toHaveLength(2);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect([result.status, result.step, result.epochs.length]).toEqual(['diverged', 3, 0]);
  });

  it('ends a run as died after so many steps of zeros, with its probes told', async () => {
    const config = smallConfig('inception-resnet-v1', {
      'stability.every': 2,
      'stability.diedAfter': 4,
    });
    const { position, tensors } = await afterOneStep(config);
    tensors.get('parameters/inceptionResNetC_01/linear/bias')?.fill(-1e4);
    const probes: ProbeLine[] = [];
    const result = await train(config, dataset, {
      resume: { position, tensors },
      onProbe: (line) => probes.push(line),
    });
    expect([result.status, result.step]).toEqual(['died', 5]);
    expect(probes.map(({ step }) => step)).toEqual([2, 4]);
    expect(probes[1].layers.at(-1)).toMatchObject({ deadChannels: 1, zeros: 1, max: 0 });
  });
});

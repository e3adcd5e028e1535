import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { type Config, overrideConfig, type Overrides } from '../../lib/config';
import { syntheticDataset } from '../../lib/data/synthetic';
import { LabError, UsageError } from '../../lib/errors';
import type { ChangeLine, EpochLine } from '../../lib/results/record';
import type { Snapshot } from '../../lib/training/snapshot';
import { Course, type Steer, type Steering } from '../../lib/training/steering';
import { type StepProgress, train, type TrainingOptions } from '../../lib/training/train';
import { hasTensorflow } from '../hasTensorflow';

const dataset = syntheticDataset();
const EXECUTIONS = hasTensorflow ? (['eager', 'compiled'] as const) : (['eager'] as const);

beforeAll(async () => {
  await selectBackend();
});

/** Two epochs of three steps. */
function tiny(overrides: Overrides = {}): Config {
  return overrideConfig(convergenceConfig('inception-resnet-v1', 'smoke'), {
    ...{ 'data.name': 'synthetic', 'data.trainImages': 48, 'data.testImages': 20 },
    ...{ 'network.width': 0.1, 'network.repeats': { a: 1, b: 1, c: 1 } },
    ...{ batchSize: 16, epochs: 2, schedule: 'constant', 'data.augment': false },
    ...overrides,
  });
}

interface Told {
  readonly steps: StepProgress[];
  readonly changes: ChangeLine[];
  readonly epochs: EpochLine[];
  readonly status: string;
}

async function told(config: Config, options: TrainingOptions = {}): Promise<Told> {
  const [steps, changes]: [StepProgress[], ChangeLine[]] = [[], []];
  const { status, epochs } = await train(config, dataset, {
    onStep: (step) => steps.push(step),
    onChange: (line) => changes.push(line),
    ...options,
  });
  return { steps, changes, epochs: [...epochs], status };
}

function losses({ steps }: Told): number[] {
  return steps.map(({ loss }) => loss);
}

function from(first: number, steering: Steering): Steer {
  return (step) => (step >= first ? steering : {});
}

describe.each(EXECUTIONS)('a steered run, %s', (execution) => {
  const config = tiny({ execution, gradientClip: 1000 });
  let plain: Told;
  beforeAll(async () => {
    plain = await told(config);
  });

  it.each([
    [{ residualScale: 0.3 }, { 'network.residualScale': { a: 0.3, b: 0.3, c: 0.3 } }],
    [
      { residualScale: { b: 0.9 }, learningRate: 0.4, gradientClip: 0.01 },
      { 'network.residualScale.b': 0.9, 'optimizer.learningRate': 0.4, gradientClip: 0.01 },
    ],
  ] satisfies [Steering, Overrides][])(
    'does with %j what a run of such a config does',
    async (steering, overrides) => {
      const steered = await told(config, { steer: () => steering });
      const own = await told(overrideConfig(config, overrides));
      // The feeds are the same numbers, so all bits are.
      expect(losses(steered)).toEqual(losses(own));
      // The network is evaluated as it is trained.
      const testLosses = ({ epochs }: Told) => epochs.map(({ testLoss }) => testLoss);
      expect(testLosses(steered)).toEqual(testLosses(own));
      expect(losses(steered)).not.toEqual(losses(plain));
    },
  );

  it('has values from the step on for which they are given, and tells of each change once', async () => {
    const { changes, steps } = await told(config, {
      steer: (step) => ({
        ...((step === 3 || step === 4) && { learningRate: 0.2 }),
        ...(step >= 5 && { gradientClip: 0.01 }),
        ...(step === 6 && { residualScale: 0.9 }),
      }),
    });
    // The scale changes the loss of its own step, the learning rate and the clipping that of the next.
    expect(steps.slice(0, 3).map(({ loss }) => loss)).toEqual(losses(plain).slice(0, 3));
    expect(steps[3].loss).not.toBe(losses(plain)[3]);
    const rate = config.optimizer.learningRate;
    expect(steps.map(({ learningRate }) => learningRate)).toEqual(
      [1, 2, 3, 4, 5, 6].map((step) => (step === 3 || step === 4 ? 0.2 : rate)),
    );
    expect(changes).toEqual([
      { type: 'change', step: 3, learningRate: 0.2 },
      { type: 'change', step: 5, learningRate: null, gradientClip: 0.01 },
      { type: 'change', step: 6, residualScale: { a: 0.9, b: 0.9, c: 0.9 } },
    ]);
  });

  it('changes its own loss by a new scale, and nothing before', async () => {
    const scaled = losses(await told(config, { steer: from(3, { residualScale: 0.9 }) }));
    expect(scaled.slice(0, 2)).toEqual(losses(plain).slice(0, 2));
    expect(scaled[2]).not.toBe(losses(plain)[2]);
  });

  it('is an unsteered run, bit for bit, while nothing is steered', async () => {
    const steered = await told(config, { steer: () => ({}) });
    expect(losses(steered)).toEqual(losses(plain));
    expect(steered.changes).toEqual([]);
    const timeless = ({ seconds: _, ...line }: EpochLine) => line;
    expect(steered.epochs.map(timeless)).toEqual(plain.epochs.map(timeless));
  });
});

describe('a steered run', () => {
  it('says the learning rate of its last step in the line of its epoch', async () => {
    const { epochs } = await told(tiny(), { steer: from(4, { learningRate: 0.3 }) });
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([
      tiny().optimizer.learningRate,
      0.3,
    ]);
  });

  it('is held by a promise, and goes on when that is fulfilled', async () => {
    let goOn = (_: Steering): void => undefined;
    const held = new Promise<Steering>((resolve) => (goOn = resolve));
    const steps: number[] = [];
    const run = train(tiny(), dataset, {
      steer: (step) => (step === 3 ? held : {}),
      onStep: ({ step }) => steps.push(step),
    });
    await expect.poll(() => steps.length, { timeout: 20_000 }).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(steps).toEqual([1, 2]);
    goOn({});
    expect((await run).status).toBe('done');
    expect(steps).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('can be stopped while it is held, with a snapshot and no tensor left', async () => {
    const tensors = tf.memory().numTensors;
    const controller = new AbortController();
    const saved: number[] = [];
    const { status, step } = await train(tiny(), dataset, {
      signal: controller.signal,
      steer: (step) => {
        if (step < 3) return {};
        setTimeout(() => controller.abort(), 20);
        return new Promise(() => undefined);
      },
      snapshots: {
        due: (_, moment) => moment === 'stop',
        save: (position) => saved.push(position.step),
      },
    });
    expect([status, step, saved]).toEqual(['stopped', 2, [2]]);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it.each([
    [{ learningRate: -1 }, /steer gives learningRate -1 for step 2: expected 0 or more/],
    [{ learningRate: NaN }, /steer gives learningRate null for step 2/],
    [{ residualScale: Infinity }, /steer gives residualScale null for step 2: expected a number/],
    [{ residualScale: { a: '1' } }, /steer gives residualScale\.a "1" for step 2/],
    [{ residualScale: { d: 1 } }, /residualScale\.d for step 2: expected some of a, b and c/],
    [{ gradientClip: 0 }, /gradientClip 0 for step 2: expected a number above 0/],
    [{ gradientClip: 2 }, /gradientClip 2 for step 2, .*give its config a gradientClip/],
  ])('refuses %j', async (steering, message) => {
    const asked = new Course(tiny(), from(2, steering as Steering)).before(2);
    await expect(asked).rejects.toThrow(UsageError);
    await expect(asked).rejects.toThrow(message);
  });

  it('ends with the error of what it was given', async () => {
    const run = train(tiny(), dataset, { steer: from(2, { gradientClip: 2 }) });
    await expect(run).rejects.toThrow(/give its config a gradientClip/);
  });

  it('does not go on from a snapshot, which does not know its changes', async () => {
    const resume = {} as Snapshot;
    await expect(train(tiny(), dataset, { resume, steer: () => ({}) })).rejects.toThrow(LabError);
  });
});

import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import type { Execution } from '../../lib/backend/executionChoices';
import { selectBackend } from '../../lib/backend/select';
import type { Config, Overrides } from '../../lib/config';
import { type Batch, trainingBatches } from '../../lib/data/batches';
import { syntheticDataset } from '../../lib/data/synthetic';
import { buildNetwork, NETWORK_NAMES, type NetworkName } from '../../lib/models/networks';
import type { ParameterVariables } from '../../lib/models/parameterValues';
import type { LayerStability } from '../../lib/results/record';
import { TrainingState } from '../../lib/training/step';
import { hasTensorflow } from '../hasTensorflow';
import { blockGradients, norm, plainProbe } from './plainProbe';

interface Way {
  readonly backend: 'tensorflow' | 'wasm';
  readonly execution: Execution;
}

const WAYS: readonly Way[] = [
  ...(hasTensorflow
    ? ([
        { backend: 'tensorflow', execution: 'compiled' },
        { backend: 'tensorflow', execution: 'eager' },
      ] as const)
    : []),
  { backend: 'wasm', execution: 'eager' },
];

const { train } = syntheticDataset(320, 10);

function batches(count: number, batchSize = 32): Batch[] {
  const options = { batchSize, imageSize: 32, augment: true, seed: 0, epoch: 0 };
  return [...trainingBatches(train, options)].slice(0, count);
}

function smallest(network: NetworkName, overrides: Overrides = {}): Config {
  return convergenceConfig(network, 'smoke', overrides);
}

function start(config: Config, { execution }: Way): TrainingState {
  return new TrainingState(buildNetwork(config.network), config, { execution });
}

/** A layer of a probe by name. */
function layer(stability: readonly LayerStability[] | undefined, name: string): LayerStability {
  return stability?.find((one) => one.name === name) as LayerStability;
}

describe.each(WAYS)('a probed step, $execution on $backend', (way) => {
  beforeAll(async () => {
    await selectBackend(way.backend);
  });
  afterAll(async () => {
    await selectBackend();
  });

  /** All tensors of a run after five steps, with a probe at some of them. */
  function trained(config: Config, isProbed: (step: number) => boolean) {
    const state = start(config, way);
    const perStep = config.accumulation ?? 1;
    const all = batches(5 * perStep, config.batchSize);
    for (let step = 0; step < 5; step++) {
      const input = all.slice(step * perStep, (step + 1) * perStep);
      const { stability } = state.step(input, { learningRate: 0.045, probe: isProbed(step) });
      expect(stability !== undefined).toBe(isProbed(step));
    }
    const tensors = [...state.tensors()].map(
      ([name, tensor]) => [name, Buffer.from(tensor.dataSync().slice().buffer)] as const,
    );
    state.dispose();
    return new Map(tensors);
  }

  const native = way.backend === 'tensorflow';
  const runs: readonly (readonly [string, Config])[] = [
    ...NETWORK_NAMES.filter((name) => native || name === 'inception-resnet-v1').map(
      (name) => [name, smallest(name)] as const,
    ),
    [
      'clipped, decayed and accumulated gradients',
      smallest('inception-resnet-v2', {
        accumulation: 2,
        batchSize: 16,
        gradientClip: 0.5,
        weightDecay: 4e-5,
      }),
    ],
  ];

  it.each(runs)('does to all tensors what another does: %s', (_, config) => {
    const without = trained(config, () => false);
    const differing = (other: ReadonlyMap<string, Buffer>) =>
      [...without.keys()].filter((name) => !without.get(name)?.equals(other.get(name) as Buffer));
    expect(without.size).toBeGreaterThan(100);
    expect(differing(trained(config, () => true))).toEqual([]);
    expect(differing(trained(config, (step) => step % 2 === 1))).toEqual([]);
  });

  it('measures what the plain forward and backward passes have', () => {
    const config = smallest('inception-resnet-v1');
    const network = buildNetwork(config.network);
    const state = new TrainingState(network, config, way);
    const [batch] = batches(1);
    const expected = plainProbe(network, config, state.weights('raw') as ParameterVariables, batch);
    const { stability, largest } = state.step(batch, { learningRate: 0.01, probe: true });
    expect(stability?.map(({ name }) => name)).toEqual([...expected.keys()]);
    for (const [name, numbers] of expected) {
      for (const [key, value] of Object.entries(numbers)) {
        const found = layer(stability, name)[key as keyof LayerStability] as number;
        expect(Math.abs(found - value), `${name} ${key}`).toBeLessThan(2e-4 * value + 1e-6);
      }
    }
    const last = layer(stability, 'inceptionResNetC_01/sum');
    expect(largest).toBeCloseTo(last.max as number, 4);
    state.dispose();
  });

  it('has the norm of the mean gradient of its batches, before it is clipped', () => {
    const config = smallest('inception-resnet-v1', {
      accumulation: 2,
      gradientClip: 1e-3,
      // Each batch has a dropout mask of its own.
      'network.dropoutKeep': 1,
    });
    const network = buildNetwork(config.network);
    const state = new TrainingState(network, config, way);
    const parameters = state.weights('raw') as ParameterVariables;
    const input = batches(2);
    const [first, second] = input.map((batch) =>
      blockGradients(network, config, parameters, batch).get('inceptionResNetB_01'),
    );
    const means = first?.map((one, index) =>
      one.map((value, i) => (value + (second?.[index][i] ?? NaN)) / 2),
    );
    const { stability } = state.step(input, { learningRate: 0.01, probe: true });
    const { gradientNorm } = layer(stability, 'inceptionResNetB_01');
    expect((gradientNorm as number) / norm(...(means ?? []))).toBeCloseTo(1, 4);
    state.dispose();
  });

  it('sees the residual scaling of its step', () => {
    const state = start(smallest('inception-resnet-v2'), way);
    const [batch] = batches(1);
    const ratio = (a: number) => {
      const settings = { learningRate: 0, probe: true, scale: { a } };
      const { stability } = state.step(batch, settings);
      return layer(stability, 'inceptionResNetA_01').residualToTrunk as number;
    };
    const [once, twice, none] = [ratio(0.17), ratio(0.34), ratio(0)];
    // The trunk of the first block knows nothing of the scale.
    expect(once).toBeGreaterThan(0.01);
    expect(twice / once).toBeCloseTo(2, 4);
    expect(none).toBe(0);
    state.dispose();
  });

  it.each([
    ['inception-v4', /^inceptionC_01\/.*beta$/, 'inceptionC_01/concat'],
    ['inception-resnet-v2', /^inceptionResNetC_01\/linear\/bias$/, 'inceptionResNetC_01/sum'],
  ] as const)('tells that %s is dead', (network, parameters, last) => {
    const state = start(smallest(network), way);
    const [batch] = batches(1);
    const settings = { learningRate: 0, probe: true };
    for (const [name, tensor] of state.weights('raw')) {
      if (parameters.test(name)) {
        (tensor as tf.Variable).assign(tf.fill(tensor.shape, -1e6));
      }
    }
    const { stability, largest } = state.step(batch, settings);
    expect(largest).toBe(0);
    expect(stability?.at(-1)).toEqual({
      name: last,
      deadChannels: 1,
      zeros: 1,
      max: 0,
      deviation: 0,
      gradientNorm: 0,
    });
    expect(state.step(batch, { learningRate: 0 }).largest).toBe(0);
    state.dispose();
    const alive = start(smallest(network), way);
    expect(alive.step(batch, settings).largest).toBeGreaterThan(0.1);
    alive.dispose();
  });

  it('leaves no tensors behind', () => {
    const before = tf.memory().numTensors;
    const state = start(smallest('inception-resnet-v1'), way);
    const [batch] = batches(1);
    const counts = [true, false, true, true, false].map((probe) => {
      state.step(batch, { learningRate: 0.01, probe });
      return tf.memory().numTensors;
    });
    expect(new Set(counts).size).toBe(1);
    state.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import type { Execution } from '../../lib/backend/executionChoices';
import { selectBackend } from '../../lib/backend/select';
import type { Overrides } from '../../lib/config';
import { type Batch, trainingBatches } from '../../lib/data/batches';
import { loadCifar10 } from '../../lib/data/cifar10';
import { firstImages, type ImageSet } from '../../lib/data/dataset';
import { buildNetwork, NETWORK_NAMES, type NetworkName } from '../../lib/models/networks';
import type { ExecutionOptions } from '../../lib/training/execution';
import { type StepSettings, TrainingState } from '../../lib/training/step';
import { hasTensorflow } from '../hasTensorflow';

/**
 * Small, because training begins chaotically: with the learning rates of the experiments two eager runs that begin 1e-7
 * apart are a percent apart after five steps, and so are an eager and a compiled one.
 */
const LEARNING_RATE = 1e-5;

let images: ImageSet;

beforeAll(async () => {
  images = (await loadCifar10()).train;
});

function state(
  network: NetworkName,
  options: ExecutionOptions,
  overrides: Overrides = {},
): TrainingState {
  const config = convergenceConfig(network, 'smoke', overrides);
  return new TrainingState(buildNetwork(config.network), config, options);
}

function batches(count: number, seed = 0): Batch[] {
  const options = { batchSize: 32, imageSize: 32, augment: true, seed, epoch: 0 };
  return [...trainingBatches(firstImages(images, 32 * count, 32), options)];
}

/** The weights after some steps, by name, and the losses of the steps. */
function trained(
  network: NetworkName,
  execution: Execution,
  steps: readonly StepSettings[],
  overrides: Overrides = {},
) {
  const one = state(network, { execution }, overrides);
  const losses = batches(steps.length).map((batch, i) => one.step(batch, steps[i]).loss);
  const raw = copies(one, 'raw');
  const averaged = copies(one, 'averaged');
  one.dispose();
  return { losses, raw, averaged };
}

function copies(one: TrainingState, which: 'raw' | 'averaged') {
  const weights = [...one.weights(which)];
  return new Map(weights.map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
}

/** The largest difference of a layer's weights, over the largest weight of the layer: biases and betas begin at zero. */
function worstDifference(a: Map<string, Float32Array>, b: Map<string, Float32Array>): number {
  const largest = new Map<string, number>();
  const difference = new Map<string, number>();
  for (const [name, values] of a) {
    const layer = name.slice(0, name.lastIndexOf('/'));
    const other = b.get(name) as Float32Array;
    values.forEach((value, i) => {
      largest.set(layer, Math.max(largest.get(layer) ?? 0, Math.abs(value)));
      difference.set(layer, Math.max(difference.get(layer) ?? 0, Math.abs(value - other[i])));
    });
  }
  return Math.max(...[...largest].map(([layer, size]) => (difference.get(layer) as number) / size));
}

describe.skipIf(!hasTensorflow)('compiled and eager training', () => {
  beforeAll(async () => {
    await selectBackend('tensorflow');
  });

  it.each(NETWORK_NAMES)('of %s agree over 5 steps', (network) => {
    const steps = Array.from({ length: 5 }, () => ({ learningRate: LEARNING_RATE }));
    const eager = trained(network, 'eager', steps);
    const compiled = trained(network, 'compiled', steps);
    eager.losses.forEach((loss, step) => {
      expect(Math.abs(compiled.losses[step] / loss - 1)).toBeLessThan(1e-5);
    });
    expect(worstDifference(eager.raw, compiled.raw)).toBeLessThan(1e-5);
    expect(worstDifference(eager.averaged, compiled.averaged)).toBeLessThan(1e-5);
    // They have moved, and not alike: otherwise nothing would have been compared.
    expect(worstDifference(eager.raw, eager.averaged)).toBeGreaterThan(1e-4);
  });

  it('agree over 5 steps of everything that the method can hold', () => {
    const steps = Array.from({ length: 5 }, () => ({ learningRate: LEARNING_RATE }));
    const overrides = {
      ...{ 'optimizer.name': 'momentum', gradientClip: 2, weightDecay: 4e-5 },
      ...{ 'network.auxiliaryHead': true },
    };
    const eager = trained('inception-resnet-v2', 'eager', steps, overrides);
    const compiled = trained('inception-resnet-v2', 'compiled', steps, overrides);
    eager.losses.forEach((loss, step) => {
      expect(Math.abs(compiled.losses[step] / loss - 1)).toBeLessThan(1e-5);
    });
    expect(worstDifference(eager.raw, compiled.raw)).toBeLessThan(1e-5);
    expect(worstDifference(eager.averaged, compiled.averaged)).toBeLessThan(1e-5);
  });

  it('agree when learning rate and residual scaling change from step to step', () => {
    const steps = [
      { learningRate: LEARNING_RATE },
      { learningRate: 0, scale: { a: 1, b: 0.5 } },
      { learningRate: 2 * LEARNING_RATE, scale: { c: 0 } },
    ];
    const eager = trained('inception-resnet-v2', 'eager', steps);
    const compiled = trained('inception-resnet-v2', 'compiled', steps);
    eager.losses.forEach((loss, step) => {
      expect(Math.abs(compiled.losses[step] / loss - 1)).toBeLessThan(1e-5);
    });
  });

  it('evaluate alike, on raw and averaged weights, before and after a step', () => {
    const [eager, compiled] = (['eager', 'compiled'] as const).map((execution) =>
      state('inception-resnet-v1', { execution }),
    );
    const [batch] = batches(1);
    const logits = (one: TrainingState, which: 'raw' | 'averaged') =>
      tf.tidy(() => {
        const [pixels, labels] = [tf.tensor4d(batch.pixels, [32, 32, 32, 3]), batch.labels];
        return one.infer(which, pixels, tf.tensor1d(labels, 'int32')).logits.dataSync();
      });
    const compare = (which: 'raw' | 'averaged') => {
      const expected = logits(eager, which);
      logits(compiled, which).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 3));
      return expected;
    };
    const before = [compare('raw'), compare('averaged')];
    expect(before[0]).toEqual(before[1]);
    eager.step(batch, { learningRate: 1e-3 });
    compiled.step(batch, { learningRate: 1e-3 });
    expect(compare('raw')).not.toEqual(compare('averaged'));
    eager.dispose();
    compiled.dispose();
  });
});

describe.skipIf(!hasTensorflow)('a compiled step', () => {
  let one: TrainingState;
  const [network] = ['inception-resnet-v2' as const];

  beforeAll(async () => {
    await selectBackend('tensorflow');
  });

  function losses(settings: readonly StepSettings[]): number[] {
    one = state(network, { execution: 'compiled' });
    const [batch] = batches(1);
    const results = settings.map((setting) => one.step(batch, setting).loss);
    one.dispose();
    return results;
  }

  it('follows the learning rate at once', () => {
    one = state(network, { execution: 'compiled' });
    const kernel = () => {
      const weights = [...copies(one, 'raw')];
      return weights.find(([name]) => name.endsWith('/kernel'))?.[1] as Float32Array;
    };
    const start = kernel();
    expect(start.length).toBeGreaterThan(0);
    const [batch] = batches(1);
    one.step(batch, { learningRate: 0 });
    expect(kernel()).toEqual(start);
    one.step(batch, { learningRate: 1e-3 });
    expect(kernel()).not.toEqual(start);
    one.dispose();
  });

  it('follows the residual scaling at once', () => {
    const [unscaled, scaled] = losses([
      { learningRate: 0, scale: { a: 0, b: 0, c: 0 } },
      { learningRate: 0, scale: { a: 1, b: 1, c: 1 } },
    ]);
    expect(Math.abs(scaled - unscaled)).toBeGreaterThan(0.01);
  });

  it('draws another dropout mask at every step', () => {
    const [first, second] = losses([{ learningRate: 0 }, { learningRate: 0 }]);
    expect(first).not.toBe(second);
  });

  it('keeps the number of tensors over 60 steps', () => {
    one = state('inception-resnet-v1', { execution: 'compiled' });
    const [batch] = batches(1);
    const counts = Array.from({ length: 60 }, () => {
      one.step(batch, { learningRate: 1e-3 });
      return tf.memory().numTensors;
    });
    expect(new Set(counts).size).toBe(1);
    one.dispose();
  });

  it('is refused on wasm, as is bfloat16 without it', async () => {
    expect(() => state(network, { execution: 'eager', precision: 'bfloat16' })).toThrow(
      /precision is "bfloat16", but the steps run eagerly on tensorflow/,
    );
    await selectBackend('wasm');
    expect(() => state(network, { execution: 'compiled' })).toThrow(
      /execution is "compiled", but the backend is wasm/,
    );
    await selectBackend('tensorflow');
  });
});

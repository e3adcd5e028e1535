import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { type Config, overrideConfig, type Overrides } from '../../lib/config';
import { type Batch, trainingBatches } from '../../lib/data/batches';
import { syntheticDataset } from '../../lib/data/synthetic';
import { buildNetwork } from '../../lib/models/networks';
import type { Network } from '../../lib/models/node';
import { TrainingState } from '../../lib/training/step';
import { hasTensorflow } from '../hasTensorflow';
import { plainNetwork } from './plainNetwork';

const EXECUTIONS = hasTensorflow ? (['eager', 'compiled'] as const) : (['eager'] as const);
/** Plain gradient descent: a step's change of the weights is minus the learning rate times the gradient. */
const DESCENT: Overrides = { 'optimizer.name': 'momentum', 'optimizer.momentum': 0 };

type Values = ReadonlyMap<string, Float32Array>;

const images = syntheticDataset(64).train;

beforeAll(async () => {
  await selectBackend();
});

function config(overrides: Overrides): Config {
  const smoke = convergenceConfig('inception-resnet-v1', 'smoke', { labelSmoothing: 0 });
  return overrideConfig(smoke, { ...DESCENT, 'network.dropoutKeep': 1, ...overrides });
}

function batches(batchSize: number): Batch[] {
  return [
    ...trainingBatches(images, { batchSize, imageSize: 32, augment: false, seed: 0, epoch: 0 }),
  ];
}

function copy(state: TrainingState): Values {
  return new Map(
    [...state.tensors()].map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]),
  );
}

/** Tensors and loss after one step on the first 32 images, from the same start. */
function oneStep(
  of: Config,
  network: Network,
  learningRate: number,
  start?: Values,
  input: readonly Batch[] = batches(32).slice(0, 1),
) {
  const state = new TrainingState(network, of, of);
  if (start) state.restore(start, 0);
  const before = copy(state);
  const { loss } = state.step(input, { learningRate });
  const after = copy(state);
  state.dispose();
  return { loss, before, after };
}

/** The gradient of a config's loss by every parameter that descent moved. */
function gradient(of: Config, network: Network = buildNetwork(of.network)) {
  const { loss, before, after } = oneStep(of, network, 1);
  const slopes = new Map<string, Float64Array>();
  for (const [name, values] of before) {
    if (name.startsWith('parameters/') && !name.includes('/moving')) {
      const moved = after.get(name) as Float32Array;
      slopes.set(
        name,
        Float64Array.from(values, (value, i) => value - moved[i]),
      );
    }
  }
  return { loss, slopes, before };
}

function norm(slopes: ReadonlyMap<string, Float64Array>): number {
  return Math.hypot(...[...slopes.values()].map((values) => Math.hypot(...values)));
}

/** Largest difference between two gradients, over the largest element of the first. */
function difference(
  a: ReadonlyMap<string, Float64Array>,
  b: (name: string, index: number) => number,
): number {
  let [worst, largest] = [0, 0];
  a.forEach((values, name) =>
    values.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - b(name, i)));
      largest = Math.max(largest, Math.abs(value));
    }),
  );
  return worst / largest;
}

describe.each(EXECUTIONS)('a step, %s,', (execution) => {
  it('with weight decay moves every kernel, and nothing else, by decay times itself more', () => {
    const plain = gradient(config({ execution }));
    const decayed = gradient(config({ execution, weightDecay: 0.1 }));
    const kernels = [...plain.slopes.keys()].filter((name) => name.endsWith('/kernel'));
    const squares = kernels.map((name) => Math.hypot(...(plain.before.get(name) ?? [])) ** 2);
    const expected = plain.loss + 0.05 * squares.reduce((sum, square) => sum + square, 0);
    expect(decayed.loss / expected).toBeCloseTo(1, 5);
    const worst = difference(decayed.slopes, (name, i) => {
      const own = name.endsWith('/kernel') ? (plain.before.get(name)?.[i] as number) : 0;
      return (plain.slopes.get(name)?.[i] as number) + 0.1 * own;
    });
    expect(worst).toBeLessThan(1e-5);
  });

  it('clips gradients to the global norm, and leaves shorter ones alone', () => {
    const plain = gradient(config({ execution }));
    const whole = norm(plain.slopes);
    const clipped = gradient(config({ execution, gradientClip: whole / 4 }));
    expect(norm(clipped.slopes) / (whole / 4)).toBeCloseTo(1, 5);
    const expected = (name: string, i: number) => (plain.slopes.get(name)?.[i] as number) / 4;
    expect(difference(clipped.slopes, expected)).toBeLessThan(1e-5);
    const unclipped = gradient(config({ execution, gradientClip: 2 * whole }));
    const same = (name: string, i: number) => plain.slopes.get(name)?.[i] as number;
    expect(difference(unclipped.slopes, same)).toBeLessThan(1e-6);
  });

  it('moves the linear convolutions before residual sums, and nothing else, at their own rate', () => {
    const plain = gradient(config({ execution }));
    const slowed = gradient(config({ execution, 'optimizer.linearRate': 0.25 }));
    const isLinear = (name: string) => name.includes('/linear/');
    // Kernel and bias of the three residual blocks of the smallest network.
    expect([...plain.slopes.keys()].filter(isLinear)).toHaveLength(6);
    const expected = (name: string, i: number) =>
      (plain.slopes.get(name)?.[i] as number) * (isLinear(name) ? 0.25 : 1);
    expect(difference(slowed.slopes, expected)).toBeLessThan(1e-6);
  });

  it('adds the auxiliary head with its weight: loss and gradient are linear in it', () => {
    const [none, slim, double] = [0, undefined, 0.8].map((auxiliaryLossWeight) =>
      gradient(config({ execution, auxiliaryLossWeight, 'network.auxiliaryHead': true })),
    );
    expect(double.loss - none.loss).toBeCloseTo(2 * (slim.loss - none.loss), 4);
    // A random start's logits are near zero: each head costs about ln 10.
    expect((double.loss - none.loss) / 0.8).toBeGreaterThan(1.5);
    const linear = (name: string, i: number) =>
      2 * (slim.slopes.get(name)?.[i] as number) - (none.slopes.get(name)?.[i] as number);
    expect(difference(double.slopes, linear)).toBeLessThan(1e-4);
    const heads = [...none.slopes].filter(([name]) => name.includes('auxiliaryHead'));
    expect(heads.length).toBeGreaterThan(3);
    expect(heads.flatMap(([, values]) => [...values]).every((slope) => slope === 0)).toBe(true);
  });

  it('has the gradient of its loss, with everything in it (finite differences)', () => {
    const of = config({ execution, labelSmoothing: 0.1, weightDecay: 0.05 });
    const network = plainNetwork(32, 10);
    const { slopes, before } = gradient(of, network);
    for (const [name, slope] of slopes) {
      const index = slope.reduce((best, value, i) => {
        return Math.abs(value) > Math.abs(slope[best]) ? i : best;
      }, 0);
      const step = 1e-2;
      const [above, below] = [step, -step].map((distance) => {
        const values = Float32Array.from(before.get(name) as Float32Array);
        values[index] += distance;
        return oneStep(of, network, 0, new Map([...before, [name, values]])).loss;
      });
      const measured = (above - below) / (2 * step);
      expect(Math.abs(measured - slope[index])).toBeLessThan(2e-3 * Math.abs(slope[index]) + 2e-5);
    }
  });

  it('of 8 accumulated batches of 4 equals one of 32, without batch normalisation', () => {
    const network = plainNetwork(32, 10);
    const common = {
      execution,
      weightDecay: 0.01,
      labelSmoothing: 0.1,
      'optimizer.name': 'rmsprop',
    };
    const whole = oneStep(config(common), network, 0.1);
    const accumulated = config({ ...common, batchSize: 4, accumulation: 8 });
    const parts = oneStep(accumulated, network, 0.1, undefined, batches(4).slice(0, 8));
    expect(parts.loss).toBeCloseTo(whole.loss, 5);
    const moved = [...whole.after].map(([name, values]) => {
      const other = parts.after.get(name) as Float32Array;
      return Math.max(...values.map((value, i) => Math.abs(value - other[i])));
    });
    expect(Math.max(...moved)).toBeLessThan(1e-5);
    expect(
      [...whole.after].some(([name, values]) =>
        values.some((value, i) => value !== whole.before.get(name)?.[i]),
      ),
    ).toBe(true);
  });

  it('keeps nothing of one accumulated step in the next', () => {
    const of = config({ execution, batchSize: 4, accumulation: 2 });
    const network = plainNetwork(32, 10);
    const input = batches(4);
    const state = new TrainingState(network, of, of);
    state.step(input.slice(0, 2), { learningRate: 0.1 });
    const between = copy(state);
    const count = tf.memory().numTensors;
    state.step(input.slice(2, 4), { learningRate: 0.1 });
    expect(tf.memory().numTensors).toBe(count);
    const after = copy(state);
    state.dispose();
    const alone = oneStep(of, network, 0.1, between, input.slice(2, 4)).after;
    for (const [name, values] of after) {
      if (name.startsWith('parameters/')) expect(alone.get(name)).toEqual(values);
    }
  });
});

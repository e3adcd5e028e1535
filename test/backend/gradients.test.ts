import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';

import { convergenceConfig, PAIR } from '../../experiments/convergence';
import { BATCH_NORM_TRAINING } from '../../lib/backend/kernelNames';
import { selectBackend } from '../../lib/backend/select';
import { trainingBatches } from '../../lib/data/batches';
import { seedFor } from '../../lib/data/random';
import { syntheticDataset } from '../../lib/data/synthetic';
import { buildNetwork, NETWORK_NAMES, type NetworkName } from '../../lib/models/networks';
import { TrainingState } from '../../lib/training/step';
import { hasTensorflow } from '../hasTensorflow';
import { plantGradient } from '../verify/gradients/plant';
import { innerProduct, LossLandscape, type Numbers, randomSigns } from './lossLandscape';

type BackendName = 'tensorflow' | 'wasm';

const BACKENDS: readonly BackendName[] = hasTensorflow ? ['tensorflow', 'wasm'] : ['wasm'];

const { train } = syntheticDataset(64, 10);

afterAll(async () => {
  await selectBackend();
});

/** Losses of the first steps of a run, at the smallest scale. */
async function firstLosses(network: NetworkName, backend: BackendName): Promise<number[]> {
  await selectBackend(backend);
  const config = convergenceConfig(network, 'smoke');
  const state = new TrainingState(buildNetwork(config.network), config);
  const options = { batchSize: 32, imageSize: 32, augment: true, seed: 0, epoch: 0 };
  const losses = [...trainingBatches(train, options)].map(
    (batch) => state.step(batch, { learningRate: 0.01 }).loss,
  );
  state.dispose();
  return losses;
}

/**
 * The loss changes by about this much to either side: float32 rounds it by a hundredth of that, and few kinks of ReLU
 * and maximum are crossed.
 */
const CHANGE = 2.5e-5;

/** The largest difference allowed of a slope along random signs, in lengths of the gradient: such slopes are about 1. */
const ONE_SLOPE = 0.12;

/** The same for the root mean square of all of a network's. */
const ALL_SLOPES = 0.03;

/** Parameters of one role in the blocks of one figure: `inceptionA kernel`, `stem beta`. */
function groupsOf(gradient: Numbers): Map<string, Numbers> {
  const groups = new Map<string, Map<string, Float32Array>>();
  for (const [name, values] of gradient) {
    const [block, role] = [name.split('/')[0].replace(/_\d+$/, ''), name.split('/').pop()];
    const group = groups.get(`${block} ${role}`) ?? new Map<string, Float32Array>();
    groups.set(`${block} ${role}`, group.set(name, values));
  }
  return groups;
}

/** Differences between numeric and analytic slopes along random signs, in lengths of the gradient of the group. */
function slopeErrors(landscape: LossLandscape, gradient: Numbers): Map<string, number> {
  const errors = new Map<string, number>();
  for (const [group, part] of groupsOf(gradient)) {
    const length = Math.sqrt(innerProduct(part, part));
    for (const direction of [0, 1]) {
      const along = randomSigns(part, seedFor(9, group, direction));
      const numeric = landscape.slope(along, CHANGE / length);
      const error = (numeric - innerProduct(part, along)) / length;
      errors.set(`${group} along ${direction}`, Math.abs(error));
    }
  }
  return errors;
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

describe.each(NETWORK_NAMES)('%s', (name) => {
  it.skipIf(!hasTensorflow)('starts with the same losses on TensorFlow and on wasm', async () => {
    const native = await firstLosses(name, 'tensorflow');
    const wasm = await firstLosses(name, 'wasm');
    expect(native).toHaveLength(2);
    expect(Math.abs(wasm[0] / native[0] - 1)).toBeLessThan(1e-5);
    // After the first step rounding has switched a ReLU or two, so that the runs part slowly.
    expect(Math.abs(wasm[1] / native[1] - 1)).toBeLessThan(PAIR.includes(name) ? 1e-3 : 5e-3);
  });

  it.each(BACKENDS)('has the gradients that finite differences give on %s', async (backend) => {
    await selectBackend(backend);
    const landscape = new LossLandscape(name);
    const gradient = landscape.gradient();
    const length = Math.sqrt(innerProduct(gradient, gradient));
    // A longer step crosses kinks of ReLU, a shorter one drowns in float32; kernels are tested one by one elsewhere.
    const numeric = landscape.slope(gradient, 3e-4 / length);
    landscape.dispose();
    expect(Math.abs(numeric / length ** 2 - 1)).toBeLessThan(0.01);
  });

  it.each(BACKENDS)('has them in every group of parameters on %s', async (backend) => {
    await selectBackend(backend);
    const landscape = new LossLandscape(name, 2);
    const errors = slopeErrors(landscape, landscape.gradient());
    landscape.dispose();
    expect([...errors].filter(([, error]) => !(error < ONE_SLOPE))).toEqual([]);
    expect(rootMeanSquare([...errors.values()])).toBeLessThan(ALL_SLOPES);
  });
});

describe('finite differences in every group of parameters', () => {
  it.each([
    ['Conv2D', 'filter'],
    [BATCH_NORM_TRAINING, 'beta'],
    ['MaxPool', 'x'],
  ])('see that the gradient of %s by its %s is a fifth too small', async (kernel, operand) => {
    await selectBackend();
    const landscape = new LossLandscape('inception-resnet-v1', 2);
    const restore = plantGradient(kernel, operand, (right) => tf.mul(right, 0.8));
    const gradient = landscape.gradient();
    restore();
    const errors = [...slopeErrors(landscape, gradient).values()];
    landscape.dispose();
    expect(rootMeanSquare(errors)).toBeGreaterThan(ALL_SLOPES);
    expect(Math.max(...errors)).toBeGreaterThan(ONE_SLOPE);
  });
});

describe.skipIf(!hasTensorflow)('the input gradient of a wide 1x1 convolution', () => {
  // TensorFlow 2.21's own kernel is wrong for these on AVX-512 processors; both are shapes of Inception-ResNet-v2.
  it.each([
    [1088, 192],
    [2080, 192],
    [64, 32],
  ])('%i to %i channels equals a float64 sum', async (depth, filters) => {
    await selectBackend('tensorflow');
    const x = tf.randomUniform<tf.Rank.R4>([1, 3, 3, depth], -1, 1, 'float32', 1);
    const filter = tf.randomUniform<tf.Rank.R4>([1, 1, depth, filters], -1, 1, 'float32', 2);
    const weights = tf.randomUniform<tf.Rank.R4>([1, 3, 3, filters], -1, 1, 'float32', 3);
    const dx = tf
      .grad((input) =>
        tf
          .conv2d(input as tf.Tensor4D, filter, 1, 'same')
          .mul(weights)
          .sum(),
      )(x)
      .dataSync();
    const [w, dy] = [filter.dataSync(), weights.dataSync()];
    let worst = 0;
    dx.forEach((value, index) => {
      const [position, channel] = [Math.floor(index / depth), index % depth];
      let sum = 0;
      for (let f = 0; f < filters; f++)
        sum += w[channel * filters + f] * dy[position * filters + f];
      worst = Math.max(worst, Math.abs(value - sum));
    });
    // Sums of `filters` products below one, in float32.
    expect(worst).toBeLessThan(1e-4);
    tf.dispose([x, filter, weights]);
  });
});

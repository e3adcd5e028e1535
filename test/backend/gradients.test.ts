import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';

import { convergenceConfig, PAIR } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { trainingBatches } from '../../lib/data/batches';
import { seedFor } from '../../lib/data/random';
import { syntheticDataset } from '../../lib/data/synthetic';
import { forward } from '../../lib/models/forward';
import { buildNetwork, NETWORK_NAMES, type NetworkName } from '../../lib/models/networks';
import { createParameters } from '../../lib/models/parameterValues';
import { crossEntropy } from '../../lib/training/losses';
import { TrainingState } from '../../lib/training/step';
import { hasTensorflow } from '../hasTensorflow';

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

/** Slope of the loss along its gradient: the gradient's length, and what two evaluations of the loss give. */
async function slopes(
  name: NetworkName,
  backend: BackendName,
): Promise<[analytic: number, numeric: number]> {
  await selectBackend(backend);
  const network = buildNetwork(convergenceConfig(name, 'smoke').network);
  const parameters = createParameters(network, (parameter) => seedFor(5, parameter));
  const trainable = [...parameters.values()].filter((variable) => variable.trainable);
  const images = tf.randomUniform<tf.Rank.R4>([16, 32, 32, 3], -1, 1, 'float32', 3);
  const labels = tf.tensor1d(
    Array.from({ length: 16 }, (_, i) => i % 10),
    'int32',
  );
  const loss = () =>
    crossEntropy(forward(network, parameters, images, { training: true, dropoutSeed: 1 }), labels);
  const { grads } = tf.variableGrads(loss, trainable);
  const gradients = trainable.map((variable) => grads[variable.name]);
  const squares = gradients.map((gradient) => tf.tidy(() => gradient.square().sum().dataSync()[0]));
  const length = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
  const move = (distance: number) =>
    trainable.forEach((variable, i) =>
      tf.tidy(() => variable.assign(variable.add(gradients[i].mul(distance / length)))),
    );
  const lossAt = () => tf.tidy(() => loss().dataSync()[0]);
  const step = 3e-4;
  move(step);
  const above = lossAt();
  move(-2 * step);
  const below = lossAt();
  tf.dispose([images, labels, grads, ...parameters.values()]);
  return [length, (above - below) / (2 * step)];
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
    const [analytic, numeric] = await slopes(name, backend);
    // A longer step crosses kinks of ReLU, a shorter one drowns in float32; kernels are tested one by one elsewhere.
    expect(Math.abs(analytic / numeric - 1)).toBeLessThan(0.01);
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

import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { afterAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../../experiments/convergence';
import { selectBackend } from '../../../lib/backend/select';
import { type Batch, trainingBatches } from '../../../lib/data/batches';
import { syntheticDataset } from '../../../lib/data/synthetic';
import { buildNetwork, NETWORK_NAMES, type NetworkName } from '../../../lib/models/networks';
import { TrainingState } from '../../../lib/training/step';
import { hasTensorflow } from '../../hasTensorflow';

afterAll(async () => {
  await selectBackend();
});

const STEPS = 5;

/**
 * At the config's own rate no two ways to add up float32 stay together for five steps, nor do TensorFlow's own with and
 * without oneDNN (TF_ENABLE_ONEDNN_OPTS=0): rounding switches a ReLU or two, and batch normalisation over few positions
 * multiplies what follows. Small steps leave the losses comparable; that the steps are the same is tested by itself.
 */
const SMALL_RATE = 1e-5;

const batches: readonly Batch[] = [
  ...trainingBatches(syntheticDataset(32 * STEPS, 10).train, {
    batchSize: 32,
    imageSize: 32,
    augment: true,
    seed: 0,
    epoch: 0,
  }),
];

/** A network of the smallest scale on a backend; step by step, by the same program everywhere. */
async function stateOn(backend: 'tensorflow' | 'wasm', name: NetworkName) {
  await selectBackend(backend);
  const config = convergenceConfig(name, 'smoke');
  const state = new TrainingState(buildNetwork(config.network), config, { execution: 'eager' });
  return { state, learningRate: config.optimizer.learningRate };
}

async function losses(backend: 'tensorflow' | 'wasm', name: NetworkName): Promise<number[]> {
  const { state } = await stateOn(backend, name);
  const result = batches.map((batch) => state.step(batch, { learningRate: SMALL_RATE }).loss);
  state.dispose();
  return result;
}

/** How far one step at the config's own rate moves each tensor: weights, moving statistics. */
async function movements(
  backend: 'tensorflow' | 'wasm',
  name: NetworkName,
): Promise<Map<string, number[]>> {
  const { state, learningRate } = await stateOn(backend, name);
  const values = () =>
    new Map([...state.weights('raw')].map(([key, tensor]) => [key, tensor.dataSync().slice()]));
  const before = values();
  state.step(batches[0], { learningRate });
  const after = values();
  state.dispose();
  return new Map(
    [...before].map(([key, old]) => [
      key,
      [...old].map((v, i) => (after.get(key)?.[i] ?? NaN) - v),
    ]),
  );
}

const lengthOf = (vector: readonly number[]) => Math.hypot(...vector);

describe.skipIf(!hasTensorflow).each(NETWORK_NAMES)('%s on wasm', (name) => {
  it('has the losses of TensorFlow over five steps', async () => {
    const native = await losses('tensorflow', name);
    const wasm = await losses('wasm', name);
    expect(wasm).toHaveLength(STEPS);
    const errors = wasm.map((loss, step) => Math.abs(loss / native[step] - 1));
    expect(Math.max(...errors)).toBeLessThan(1e-4);
  });

  it('moves every weight and statistic as TensorFlow does', async () => {
    const native = await movements('tensorflow', name);
    const wasm = await movements('wasm', name);
    const moved = [...native].filter(([, movement]) => lengthOf(movement) > 0);
    expect(moved.length).toBeGreaterThan(native.size / 2);
    const errors = moved
      .map(([key, movement]) => {
        const difference = movement.map((value, i) => value - (wasm.get(key)?.[i] ?? NaN));
        return lengthOf(difference) / lengthOf(movement);
      })
      .sort((x, y) => x - y);
    // A ReLU that rounding switches changes all that lies below it by a few percent, but not what lies beside.
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(1e-3);
    expect(errors[errors.length - 1]).toBeLessThan(0.2);
  });
});

describe.each(NETWORK_NAMES)('training %s on wasm', (name) => {
  it('keeps tensors, data and heap constant from step to step', async () => {
    const { state, learningRate } = await stateOn('wasm', name);
    const backend = tf.backend() as BackendWasm;
    const step = (batch: Batch) => state.step(batch, { learningRate });
    const memory = () => ({
      tensors: tf.memory().numTensors,
      data: backend.numDataIds(),
      heap: backend.wasm.HEAPU8.length,
    });
    batches.slice(0, 2).forEach(step);
    const before = memory();
    batches.forEach(step);
    expect(memory()).toEqual(before);
    state.dispose();
  });
});

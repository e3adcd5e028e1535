import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { InferenceNetwork } from '../../lib/evaluation/inferenceNetwork';
import { forward } from '../../lib/models/forward';
import { buildNetwork } from '../../lib/models/networks';
import { networkParameters } from '../../lib/models/parameters';
import { createParameters, type ParameterVariables } from '../../lib/models/parameterValues';

const BATCH = 3;
const { network: CONFIG } = convergenceConfig('inception-resnet-v1', 'smoke');

/** Pixels in [-1, 1] without any pattern. */
function madePixels(count: number): Float32Array {
  return Float32Array.from({ length: count * 32 * 32 * 3 }, (_, i) => Math.sin(i * i));
}

function softmaxOf(logits: readonly number[]): number[] {
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

describe('InferenceNetwork', () => {
  let parameters: ParameterVariables;

  beforeAll(async () => {
    await selectBackend();
    parameters = createParameters(buildNetwork(CONFIG), (name) => name.length);
    return () => tf.dispose([...parameters.values()]);
  });

  const read = (name: string) => parameters.get(name)?.dataSync<'float32'>() as Float32Array;

  it('gives the softmax of the logits, for any size of batch', () => {
    const network = new InferenceNetwork(CONFIG, read);
    const pixels = madePixels(BATCH);
    const logits = tf.tidy(() =>
      forward(buildNetwork(CONFIG), parameters, tf.tensor4d(pixels, [BATCH, 32, 32, 3]), {
        training: false,
      }).arraySync(),
    );
    const expected = logits.flatMap(softmaxOf);
    const all = network.probabilities(pixels);
    const first = network.probabilities(pixels.subarray(0, 32 * 32 * 3));
    expect(all).toHaveLength(BATCH * 10);
    expected.forEach((probability, i) => expect(all[i]).toBeCloseTo(probability, 5));
    first.forEach((probability, i) => expect(probability).toBeCloseTo(expected[i], 5));
    network.dispose();
  });

  it('holds the weights and nothing else, and frees them', () => {
    const before = tf.memory().numTensors;
    const network = new InferenceNetwork(CONFIG, read);
    const held = tf.memory().numTensors - before;
    for (let i = 0; i < 3; i++) network.probabilities(madePixels(BATCH));
    expect(held).toBe(networkParameters(buildNetwork(CONFIG)).length);
    expect(tf.memory().numTensors - before).toBe(held);
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves nothing behind when the weights cannot be read', () => {
    const before = tf.memory().numTensors;
    let count = 0;
    const failing = (name: string) => {
      if (++count === 5) throw new Error('unreadable');
      return read(name);
    };
    expect(() => new InferenceNetwork(CONFIG, failing)).toThrow('unreadable');
    expect(tf.memory().numTensors).toBe(before);
  });
});

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { activations } from '../../lib/models/forward';
import { Net } from '../../lib/models/layers';
import { selectForVerifying } from './reference';

beforeAll(selectForVerifying);

/** Batch normalisation of a 1x1 convolution with kernel 1, beta 0, moving mean 0 and moving variance 0. */
function normalised(input: readonly number[], training: boolean): number[] {
  const net = new Net({ inputSize: 2, width: 1, paddingOfV: 'valid', stemStride: 2 });
  const output = net.block('one', net.input(1), (_, x) => net.conv(x, [4, 1]));
  const network = { name: 'one', nodes: net.nodes, output };
  return tf.tidy(() => {
    const values = new Map<string, tf.Tensor>([
      ['one/conv1/kernel', tf.ones([1, 1, 1, 4])],
      ['one/conv1/beta', tf.zeros([4])],
      ['one/conv1/movingMean', tf.zeros([4])],
      ['one/conv1/movingVariance', tf.zeros([4])],
    ]);
    const images = tf.tensor4d([...input], [1, 2, 2, 1]);
    const [result] = activations(network, [output], values, images, { training });
    return [...result.dataSync()].filter((_, index) => index % 4 === 0);
  });
}

// Without a variance of its own the data is divided by sqrt(epsilon): a number that no other epsilon gives.
describe('batch normalisation has epsilon 0.001', () => {
  it('in inference', () => {
    const [one] = normalised([1, 0, 0, 0], false);
    expect(one).toBeCloseTo(1 / Math.sqrt(0.001), 4);
  });

  it('in training', () => {
    // Mean 0 and variance 1e-6, a thousandth of epsilon.
    const [one] = normalised([1e-3, 1e-3, -1e-3, -1e-3], true);
    expect(one).toBeCloseTo(1e-3 / Math.sqrt(0.001 + 1e-6), 6);
  });
});

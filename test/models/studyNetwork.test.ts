import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../../lib/backend/select';
import { defaultConfig, overrideConfig } from '../../lib/config';
import { blockCosts, networkCost } from '../../lib/models/cost';
import { activations } from '../../lib/models/forward';
import { lastLayer } from '../../lib/models/lastLayer';
import { layersModel } from '../../lib/models/layersModel';
import { buildNetwork, networkConfig } from '../../lib/models/networks';
import { networkParameters } from '../../lib/models/parameters';

const study = networkConfig('inception-resnet-v1', 'study');

describe('the network of the study', () => {
  it('has its grids, and the filters that it is asked for on the last', () => {
    const network = buildNetwork({ ...study, filters: 512, repeats: { a: 1, b: 1, c: 2 } });
    const grids = blockCosts(network).map(({ block, output }) => `${block} ${output.join('x')}`);
    expect(grids).toEqual([
      'input 32x32x3',
      'stem 8x8x32',
      'inceptionResNetA_01 8x8x32',
      'reductionA 4x4x96',
      'inceptionResNetB_01 4x4x96',
      'reductionB 2x2x512',
      'inceptionResNetC_01 2x2x512',
      'inceptionResNetC_02 2x2x512',
      'head 1x1x10',
    ]);
  });

  it('has blocks that cost what Fig. 13 says', () => {
    const block = blockCosts(buildNetwork(study)).find((cost) => cost.block.endsWith('C_05'));
    // 1x1 192; 1x1 192, 1x3 192, 3x1 192; 1x1 1792 linear.
    const weights = 2 * 1792 * 192 + 2 * 3 * 192 * 192 + 384 * 1792;
    expect(block?.multiplyAdds).toBe(4 * weights);
  });

  it.each([
    [{ 'network.filters': null }, /network\.filters.*e\.g\. 1792/],
    [{ 'network.filters': 98 }, /network\.filters/],
    [{ 'network.filters': 510 }, /network\.filters/],
    [{ 'network.width': 0.5 }, /network\.width.*expected 1/],
    [{ 'network.form': 'small' }, /network\.filters.*only the form study/],
  ])('refuses %j', (overrides, message) => {
    const config = defaultConfig('inception-resnet-v1', 'study');
    expect(() => overrideConfig(config, overrides)).toThrow(message);
  });
});

describe('the extra batch normalisation of section 3.3', () => {
  const repeats = { a: 0, b: 0, c: 2 };
  beforeAll(() => selectBackend('auto'));

  it('stands on the last layer alone', () => {
    const plain = buildNetwork({ ...study, filters: 128, repeats });
    const normalised = buildNetwork({ ...study, filters: 128, repeats, lastBatchNorm: true });
    const names = (network: typeof plain) => networkParameters(network).map(({ name }) => name);
    const added = names(normalised).filter((name) => !names(plain).includes(name));
    expect(added).toEqual(
      ['beta', 'movingMean', 'movingVariance'].map((role) => `inceptionResNetC_02/sum/${role}`),
    );
    expect(networkCost(normalised).trainableParameters).toBe(
      networkCost(plain).trainableParameters + 128,
    );
  });

  it.each(['inception-resnet-v1', 'inception-resnet-v2'] as const)('is there in %s', (name) => {
    const network = buildNetwork({ ...networkConfig(name, 'small'), lastBatchNorm: true });
    expect(lastLayer(network).operation).toMatchObject({ kind: 'residualSum', batchNorm: true });
  });

  it.each([
    ['inception-v3', 'small'],
    ['inception-resnet-v2', 'published'],
  ] as const)('is refused for %s in the form %s', (name, form) => {
    const config = defaultConfig(name, form);
    expect(() => overrideConfig(config, { 'network.lastBatchNorm': true })).toThrow(
      /network\.lastBatchNorm.*expected false/,
    );
  });

  it('makes the channels of the sum normal before the ReLU, in training', () => {
    const network = buildNetwork({ ...study, filters: 128, repeats, lastBatchNorm: true });
    tf.tidy(() => {
      const values = valuesOf(network);
      const last = lastLayer(network);
      const images = tf.randomNormal<tf.Rank.R4>([8, 32, 32, 3], 0, 1, 'float32', 5);
      const options = { training: true };
      const outputs = [...last.inputs, last];
      const [trunk, residual, result] = activations(network, outputs, values, images, options);
      const sums = tf.add<tf.Tensor4D>(trunk, tf.mul(residual, 0.2));
      const { mean, variance } = tf.moments(sums, [0, 1, 2]);
      const normal = tf.div(tf.sub(sums, mean), tf.sqrt(tf.add(variance, 1e-3)));
      const beta = values.get(`${last.name}/beta`) as tf.Tensor;
      const expected = tf.relu(tf.add(normal, beta));
      expect(tf.max(tf.abs(tf.sub(result, expected))).dataSync()[0]).toBeLessThan(1e-4);
    });
  });

  it('is in the model of tf.layers, too', () => {
    const network = buildNetwork({ ...study, filters: 128, repeats, lastBatchNorm: true });
    tf.tidy(() => {
      const values = valuesOf(network);
      const images = tf.randomNormal<tf.Rank.R4>([2, 32, 32, 3], 0, 1, 'float32', 5);
      const model = layersModel(network, values);
      const [logits] = activations(network, [network.output], values, images, { training: false });
      const difference = tf.sub(model.predict(images) as tf.Tensor, logits.reshape([2, 10]));
      expect(tf.max(tf.abs(difference)).dataSync()[0]).toBeLessThan(1e-4);
      model.dispose();
    });
  });
});

/** Some weights; variances are positive. */
function valuesOf(network: ReturnType<typeof buildNetwork>) {
  return new Map(
    networkParameters(network).map(({ name, role, shape }, index) => [
      name,
      role === 'movingVariance'
        ? tf.randomUniform([...shape], 0.5, 1.5, 'float32', index)
        : tf.randomNormal([...shape], 0, 0.05, 'float32', index),
    ]),
  );
}

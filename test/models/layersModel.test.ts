import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../../lib/backend/select';
import { forward } from '../../lib/models/forward';
import { layersModel } from '../../lib/models/layersModel';
import {
  buildNetwork,
  NETWORK_NAMES,
  type NetworkConfig,
  networkConfig,
} from '../../lib/models/networks';
import type { Network } from '../../lib/models/node';
import { networkParameters } from '../../lib/models/parameters';
import type { ParameterValues } from '../../lib/models/parameterValues';
import { ResidualSum } from '../../lib/models/residualSumLayer';
import { hasTensorflow } from '../hasTensorflow';

const folder = mkdtempSync(path.join(tmpdir(), 'layers-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Weights as after some training: no statistic, bias or beta that a mistake could hide behind. */
function someWeights(network: Network): ParameterValues {
  return new Map(
    networkParameters(network).map(({ name, role, shape }, index) => {
      const fanIn = shape.slice(0, -1).reduce((product, size) => product * size, 1);
      const deviation = role === 'kernel' ? Math.sqrt(2 / fanIn) : 0.1;
      const value =
        role === 'movingVariance'
          ? tf.randomUniform([...shape], 0.5, 1.5, 'float32', index)
          : tf.randomNormal([...shape], 0, deviation, 'float32', index);
      return [name, value];
    }),
  );
}

function randomImages({ inputSize }: NetworkConfig): tf.Tensor4D {
  return tf.randomUniform([2, inputSize, inputSize, 3], -1, 1, 'float32', 7);
}

/** The largest difference between two outputs, in standard deviations of the first. */
function difference(expected: tf.Tensor, actual: tf.Tensor | tf.Tensor[]): number {
  return tf.tidy(() => {
    const spread = tf.moments(expected).variance.sqrt();
    const largest = tf
      .sub(expected, actual as tf.Tensor)
      .abs()
      .max();
    return largest.div(spread).dataSync()[0];
  });
}

const small = NETWORK_NAMES.map((name) => networkConfig(name, 'small'));
const published = (name: string): NetworkConfig => ({ ...networkConfig(name), inputSize: 107 });

/** Compares a network's model with `forward`, and the model that was saved and loaded again with the first one. */
async function compare(config: NetworkConfig): Promise<void> {
  const network = buildNetwork(config);
  const values = someWeights(network);
  const images = randomImages(config);
  const expected = forward(network, values, images, { training: false });
  const model = layersModel(network, values);
  tf.dispose([...values.values()]);
  expect(difference(expected, model.predict(images))).toBeLessThan(1e-5);
  const place = `file://${path.join(folder, config.name)}`;
  await model.save(place);
  const loaded = await tf.loadLayersModel(`${place}/model.json`);
  expect(difference(model.predict(images) as tf.Tensor, loaded.predict(images))).toBe(0);
}

describe('layersModel, on wasm', () => {
  beforeAll(() => selectBackend('wasm'));
  it('predicts what forward gives, also saved and loaded', () => compare(small[2]), 60_000);
});

describe.skipIf(!hasTensorflow)('layersModel', () => {
  beforeAll(() => selectBackend('tensorflow'));

  it.each([
    ...small,
    { ...small[0], auxiliaryHead: true },
    { ...small[1], classes: 0 },
    published('inception-resnet-v1'),
    published('inception-resnet-v2'),
  ])('predicts what forward gives, also saved and loaded: $name $form', compare, 60_000);

  it('names its layers by our paths, and the summary shows them whole', () => {
    const network = buildNetwork({ ...small[3], auxiliaryHead: true });
    const model = layersModel(network, someWeights(network));
    const names = model.layers.map(({ name }) => name);
    const paths = network.nodes.map(({ name }) => name).filter((name) => !/^aux/.test(name));
    expect(paths.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => name.startsWith('aux'))).toEqual([]);
    const lines: string[] = [];
    model.summary(undefined, undefined, (line: string) => lines.push(line));
    const shown = lines.map((line) => line.split(' ')[0]);
    expect(names.filter((name) => !shown.includes(name))).toEqual([]);
    const trainable = networkParameters(network).filter(
      (parameter) => parameter.trainable && !parameter.name.startsWith('aux'),
    );
    const count = trainable.reduce((sum, { shape }) => sum + tf.util.sizeFromShape([...shape]), 0);
    expect(lines).toContain(`Trainable params: ${count}`);
  });

  it('holds one tensor for each of the weights, and none after dispose', () => {
    const network = buildNetwork(small[2]);
    const values = someWeights(network);
    const before = tf.memory().numTensors;
    const model = layersModel(network, values);
    expect(tf.memory().numTensors - before).toBe(values.size);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names a tensor that is missing, and leaves nothing behind', () => {
    const network = buildNetwork(small[0]);
    const values = new Map(someWeights(network));
    const name = [...values.keys()][5];
    values.delete(name);
    const before = tf.memory().numTensors;
    expect(() => layersModel(network, values)).toThrow(`no tensor "${name}"`);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a residual sum whose scale is not a number', () => {
    const config = { name: 'block/sum', scale: 'much' } as unknown as { scale: number };
    expect(() => new ResidualSum(config)).toThrow(/block\/sum has scale much: expected a number/);
  });
});

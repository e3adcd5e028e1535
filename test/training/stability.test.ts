import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../../lib/backend/select';
import { Net } from '../../lib/models/layers';
import { buildNetwork, formsOf, NETWORK_NAMES, networkConfig } from '../../lib/models/networks';
import type { Network, Node } from '../../lib/models/node';
import { layerStability, Observation, watchedLayers } from '../../lib/training/stability';
import { hasTensorflow } from '../hasTensorflow';

const BACKENDS = hasTensorflow ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const);

/** One residual block on a 2x2 grid of depth 2, and the pooling. */
function oneBlock(): Network {
  const net = new Net({ inputSize: 2, width: 1, paddingOfV: 'same', stemStride: 1 });
  const sum = net.block('block', net.input(2), (_, x) =>
    net.residual(x, [net.conv(x, [4, 1])], { stage: 'a', scale: 0.5 }),
  );
  const output = net.block('head', sum, (_, x) => net.globalAveragePool(x));
  return { name: 'one block', nodes: net.nodes, output };
}

function sumOf({ nodes }: Network): Node {
  return nodes.find(({ operation }) => operation.kind === 'residualSum') as Node;
}

describe('watchedLayers', () => {
  const numbered = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${name}_${String(i + 1).padStart(2, '0')}`);
  const blocks = (a: number, b: number, c: number) => [
    ...numbered('inceptionResNetA', a),
    ...numbered('inceptionResNetB', b),
    ...numbered('inceptionResNetC', c),
  ];
  // Fig. 15: 5, 10, 5; facenet has 6 at the end, slim 10, 20, 10 and the 1x1 "Conv2d_7b".
  const layers: Readonly<Record<string, readonly string[]>> = {
    'inception-v3 published': ['inceptionC_02/concat'],
    'inception-v3 small': ['inceptionC_02/concat'],
    'inception-v4 published': ['inceptionC_03/concat'],
    'inception-v4 small': ['inceptionC_03/concat'],
    'inception-resnet-v1 published': [...blocks(5, 10, 6), 'inceptionResNetC_06/sum'],
    'inception-resnet-v1 paper': [...blocks(5, 10, 5), 'inceptionResNetC_05/sum'],
    'inception-resnet-v1 small': [...blocks(5, 10, 5), 'inceptionResNetC_05/sum'],
    'inception-resnet-v1 study': [...blocks(0, 0, 5), 'inceptionResNetC_05/sum'],
    'inception-resnet-v2 published': [...blocks(10, 20, 10), 'expansion/conv1'],
    'inception-resnet-v2 paper': [...blocks(5, 10, 5), 'inceptionResNetC_05/sum'],
    'inception-resnet-v2 paper-r2': [...blocks(5, 10, 5), 'inceptionResNetC_05/sum'],
    'inception-resnet-v2 paper-10-20-10': [...blocks(10, 20, 10), 'inceptionResNetC_10/sum'],
    'inception-resnet-v2 paper-r2-10-20-10': [...blocks(10, 20, 10), 'inceptionResNetC_10/sum'],
    'inception-resnet-v2 small': [...blocks(5, 10, 5), 'inceptionResNetC_05/sum'],
  };

  it('are the residual blocks and the last layer before the pooling, in every form', () => {
    const all = NETWORK_NAMES.flatMap((name) => formsOf(name).map((form) => ({ name, form })));
    const found = all.map(({ name, form }) => {
      const network = buildNetwork(networkConfig(name, form));
      return [`${name} ${form}`, watchedLayers(network).map((layer) => layer.name)] as const;
    });
    expect(Object.fromEntries(found)).toEqual(layers);
  });

  it('are the same with an auxiliary head and without a classifier', () => {
    const config = { ...networkConfig('inception-resnet-v2'), auxiliaryHead: true };
    const names = watchedLayers(buildNetwork(config)).map(({ name }) => name);
    expect(names).toEqual(layers['inception-resnet-v2 published']);
    const bare = buildNetwork({ ...networkConfig('inception-v4'), classes: 0 });
    expect(watchedLayers(bare).map(({ name }) => name)).toEqual(['inceptionC_03/concat']);
  });

  it('have the trainable tensors of their block', () => {
    const [block, last] = watchedLayers(oneBlock());
    expect(block.parameters).toEqual([
      'block/conv1/kernel',
      'block/conv1/beta',
      'block/linear/kernel',
      'block/linear/bias',
    ]);
    expect(last.parameters).toEqual(block.parameters);
  });
});

describe.each(BACKENDS)('Observation on %s', (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
  });
  afterAll(async () => {
    await selectBackend();
  });

  const network = oneBlock();
  const grid = (values: readonly number[]) => tf.tensor4d([...values], [1, 2, 2, 2]);

  /** What is measured of a block with these numbers. */
  function measured(
    { trunk, residual, result }: Readonly<Record<'trunk' | 'residual' | 'result', number[]>>,
    gradients: Readonly<Record<string, number[]>> = {},
  ) {
    const before = tf.memory().numTensors;
    const observation = new Observation(network, true);
    const measurement = tf.tidy(() => {
      const operands = [grid(trunk), grid(residual)];
      observation.see({ node: sumOf(network), operands, result: grid(result) });
      const stability = observation.stability((name) => tf.tensor1d(gradients[name] ?? [0]));
      expect(stability.shape).toEqual([2, 6]);
      return { values: stability.dataSync(), largest: observation.largest().dataSync()[0] };
    });
    observation.dispose();
    expect(tf.memory().numTensors).toBe(before);
    return { layers: layerStability(network, measurement.values), largest: measurement.largest };
  }

  it('measures a block as one does by hand', () => {
    const { layers, largest } = measured(
      {
        // L2 norms 5 and 13.
        trunk: [3, 0, 0, 0, 0, 4, 0, 0],
        residual: [0, 5, 0, 0, 0, 0, -12, 0],
        // The first channel is zero everywhere, the second once; their mean is zero.
        result: [0, 3, 0, 0, 0, -5, 0, 2],
      },
      { 'block/conv1/kernel': [1, 2], 'block/conv1/beta': [4], 'block/linear/bias': [10] },
    );
    const expected = {
      deadChannels: 0.5,
      zeros: 0.625,
      max: 5,
      deviation: 2.17945, // sqrt((9 + 25 + 4) / 8)
      gradientNorm: 11, // sqrt(1 + 4 + 16 + 100)
    };
    expect(layers).toEqual([
      { name: 'block', ...expected, residualToTrunk: 2.6 },
      { name: 'block/sum', ...expected },
    ]);
    expect(largest).toBe(5);
  });

  it('takes the mean away before it squares', () => {
    const far = [10_001, 10_003, 10_001, 10_003, 10_001, 10_003, 10_001, 10_003];
    const { layers } = measured({ trunk: far, residual: far, result: far });
    expect(layers[0]).toMatchObject({ deadChannels: 0, zeros: 0, max: 10_003, deviation: 1 });
  });

  it('finds a dead layer dead', () => {
    const nothing = Array.from({ length: 8 }, () => 0);
    const { layers, largest } = measured({ trunk: nothing, residual: nothing, result: nothing });
    // Zero over zero.
    expect(layers[0].residualToTrunk).toBeNull();
    expect(layers[1]).toEqual({
      name: 'block/sum',
      deadChannels: 1,
      zeros: 1,
      max: 0,
      deviation: 0,
      gradientNorm: 0,
    });
    expect(largest).toBe(0);
  });

  it('does not take a negative or an infinite layer for a dead one', () => {
    const one = [1, 1, 1, 1, 1, 1, 1, 1];
    const below = measured({ trunk: one, residual: one, result: one.map((value) => -3 * value) });
    expect(below.largest).toBe(3);
    expect(below.layers[1]).toMatchObject({ deadChannels: 0, zeros: 0, max: 3, deviation: 0 });
    const [first] = [Infinity];
    const above = measured({ trunk: one, residual: one, result: [first, ...one.slice(1)] });
    expect(above.largest).toBe(Infinity);
    expect(above.layers[1]).toMatchObject({ deadChannels: 0, max: null, deviation: null });
    const broken = measured({ trunk: one, residual: one, result: one.map(() => NaN) });
    expect(broken.largest).not.toBe(0);
    expect(broken.layers[1]).toMatchObject({ deadChannels: 0, zeros: 0, deviation: null });
  });

  it('finds exactly all zeros also where a float32 could not count them', () => {
    const observation = new Observation(network, false);
    const zeros = tf.zeros<tf.Rank.R4>([3, 1237, 2311, 2]);
    observation.see({ node: sumOf(network), operands: [zeros, zeros], result: zeros });
    expect(observation.largest().dataSync()[0]).toBe(0);
    observation.dispose();
    const probe = new Observation(network, true);
    probe.see({ node: sumOf(network), operands: [zeros, zeros], result: zeros });
    const values = probe.stability(() => tf.scalar(0)).dataSync();
    expect(layerStability(network, values)[1]).toMatchObject({ deadChannels: 1, zeros: 1 });
    expect(values[1]).toBe(1);
    probe.dispose();
    zeros.dispose();
  });
});

describe('layerStability', () => {
  it('keeps six digits and has null for what is not finite', () => {
    const row = [1 / 3, 2 / 3, 123_456.78, NaN, Infinity, 1.234567891e-9];
    expect(layerStability(oneBlock(), [...row, ...row])).toEqual([
      {
        name: 'block',
        deadChannels: 0.333333,
        zeros: 0.666667,
        max: 123_457,
        deviation: null,
        residualToTrunk: null,
        gradientNorm: 1.23457e-9,
      },
      {
        name: 'block/sum',
        deadChannels: 0.333333,
        zeros: 0.666667,
        max: 123_457,
        deviation: null,
        gradientNorm: 1.23457e-9,
      },
    ]);
  });
});

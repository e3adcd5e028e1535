import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig, DEPTHS, LARGE_PAIR, PAIR } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { blockCosts, networkCost } from '../../lib/models/cost';
import { activations, forward } from '../../lib/models/forward';
import { buildNetwork, NETWORK_NAMES, networkConfig } from '../../lib/models/networks';
import type { Node } from '../../lib/models/node';
import { createParameters } from '../../lib/models/parameterValues';
import { SCALES } from '../../lib/results/scale';

describe('blockCosts', () => {
  // Grids and depths of 1512.00567 Table 1 (v3), of the paper's Figs. 9, 14 and 15, and of the released code.
  it.each([
    [
      'inception-v3',
      'published',
      [
        'stem 35x35x192',
        'inceptionA_03 35x35x288',
        'inceptionB_04 17x17x768',
        'reductionB 8x8x1280',
        'inceptionC_02 8x8x2048',
      ],
    ],
    [
      'inception-v4',
      'published',
      [
        'stem 35x35x384',
        'inceptionA_04 35x35x384',
        'reductionA 17x17x1024',
        'reductionB 8x8x1536',
        'inceptionC_03 8x8x1536',
      ],
    ],
    [
      'inception-resnet-v1',
      'paper',
      [
        'stem 35x35x256',
        'inceptionResNetA_05 35x35x256',
        'reductionA 17x17x896',
        'reductionB 8x8x1792',
        'inceptionResNetC_05 8x8x1792',
      ],
    ],
    [
      'inception-resnet-v2',
      'published',
      [
        'mixed 35x35x320',
        'reductionA 17x17x1088',
        'reductionB 8x8x2080',
        'inceptionResNetC_10 8x8x2080',
        'expansion 8x8x1536',
      ],
    ],
    [
      'inception-resnet-v2',
      'paper',
      [
        'stem 35x35x384',
        'reductionA 17x17x1152',
        'reductionB 8x8x2144',
        'inceptionResNetC_05 8x8x2144',
      ],
    ],
    ['inception-resnet-v2', 'paper-r2', ['reductionB 8x8x2048']],
  ] as const)('%s, %s form, has the grids that are published', (name, form, grids) => {
    const costs = blockCosts(buildNetwork(networkConfig(name, form)));
    expect(costs.map(({ block, output }) => `${block} ${output.join('x')}`)).toEqual(
      expect.arrayContaining([...grids]),
    );
  });

  it('gives an Inception-ResNet-B block what the closed formula gives', () => {
    const costs = blockCosts(buildNetwork(networkConfig('inception-resnet-v1', 'paper')));
    const block = costs.find((cost) => cost.block === 'inceptionResNetB_01');
    // Fig. 11 on 896 channels: 1x1 128; 1x1 128, 1x7 128, 7x1 128; 1x1 896 linear with bias.
    const kernels = 2 * 896 * 128 + 2 * 7 * 128 * 128 + 256 * 896;
    expect(block?.multiplyAdds).toBe(17 * 17 * kernels);
    expect(block?.trainableParameters).toBe(kernels + 4 * 128 + 896);
    expect(block?.parameters).toBe(kernels + 4 * 3 * 128 + 896);
  });

  it('adds up to the network', () => {
    const network = buildNetwork(networkConfig('inception-v3', 'small'));
    const sum = blockCosts(network).reduce((total, cost) => total + cost.multiplyAdds, 0);
    expect(sum).toBe(networkCost(network).multiplyAdds);
  });
});

describe('the pairs of Figures 21 to 24', () => {
  // At the paper's scale the networks are the paper's, whatever they cost.
  const small = SCALES.filter((scale) => scale !== 'paper');
  const cases = small.flatMap((scale) =>
    [PAIR, LARGE_PAIR].flatMap((pair) => DEPTHS.map((depth) => ({ scale, pair, depth }))),
  );

  it.each(cases)('$pair cost the same within 5 %% at $scale scale, $depth', (one) => {
    const [plain, residual] = one.pair.map((name) =>
      networkCost(buildNetwork(convergenceConfig(name, one.scale, {}, one.depth).network)),
    );
    expect(residual.multiplyAdds / plain.multiplyAdds).toBeGreaterThan(0.95);
    expect(residual.multiplyAdds / plain.multiplyAdds).toBeLessThan(1.05);
  });

  it.each([
    ['inception-v3', 'inception-resnet-v1'],
    ['inception-v4', 'inception-resnet-v2'],
  ])('%s and %s cost the same within 5 %% in their small forms', (...pair) => {
    const [plain, residual] = pair.map((name) =>
      networkCost(buildNetwork(networkConfig(name, 'small'))),
    );
    expect(Math.abs(residual.multiplyAdds / plain.multiplyAdds - 1)).toBeLessThan(0.05);
  });
});

describe('names', () => {
  it('are unique paths by block, column and place', () => {
    for (const name of NETWORK_NAMES) {
      const names = buildNetwork(networkConfig(name)).nodes.map((node) => node.name);
      expect(new Set(names).size).toBe(names.length);
    }
    const names = buildNetwork(networkConfig('inception-v3')).nodes.map((node) => node.name);
    expect(names).toContain('stem/conv5');
    expect(names).toContain('inceptionB_04/branch3/conv5');
    expect(names).toContain('inceptionC_02/branch3/conv3b');
  });
});

describe('buildNetwork', () => {
  it('names a form that a network does not have', () => {
    expect(() => networkConfig('inception-v3', 'paper')).toThrow(
      'inception-v3 has no form "paper": expected one of published, small',
    );
  });

  it('names an unknown network', () => {
    expect(() => networkConfig('inception-v9')).toThrow('Unknown network "inception-v9"');
  });

  it('says when the images are too small for valid padding', () => {
    const config = { ...networkConfig('inception-v3'), inputSize: 32 };
    expect(() => buildNetwork(config)).toThrow('network.inputSize');
  });
});

describe('forward', () => {
  beforeAll(async () => {
    await selectBackend();
  });

  it.each(NETWORK_NAMES)('%s gives a logit per class and leaves no tensor behind', (name) => {
    const network = buildNetwork(convergenceConfig(name, 'smoke').network);
    const parameters = createParameters(network, () => 1);
    const images = tf.randomUniform<tf.Rank.R4>([3, 32, 32, 3], -1, 1, 'float32', 7);
    const before = tf.memory().numTensors;
    const logits = forward(network, parameters, images, { training: false });
    expect(logits.shape).toEqual([3, 10]);
    expect([...logits.dataSync()].every(Number.isFinite)).toBe(true);
    logits.dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([images, ...parameters.values()]);
  });

  it('computes the auxiliary head only when its output is asked for', () => {
    const config = { ...convergenceConfig('inception-v3', 'smoke').network, auxiliaryHead: true };
    const network = buildNetwork(config);
    const parameters = createParameters(network, () => 1);
    const images = tf.randomUniform<tf.Rank.R4>([2, 32, 32, 3], -1, 1, 'float32', 7);
    const options = { training: false };
    const both = [network.output, network.auxiliaryOutput as Node];
    const [logits, auxiliary] = activations(network, both, parameters, images, options);
    expect(auxiliary.shape).toEqual([2, 1, 1, 10]);
    const trunk = new Map([...parameters].filter(([name]) => !name.startsWith('auxiliaryHead/')));
    const alone = forward(network, trunk, images, options);
    expect([...alone.dataSync()]).toEqual([...logits.dataSync()]);
    tf.dispose([images, logits, auxiliary, alone, ...parameters.values()]);
  });

  it('has no classifier with 0 classes: it puts out the pooled features', () => {
    const network = buildNetwork({ ...networkConfig('inception-resnet-v1'), classes: 0 });
    expect(network.output.shape).toEqual([1, 1, 1792]);
  });

  it('names the tensor that foreign weights lack', () => {
    const network = buildNetwork(convergenceConfig('inception-v3', 'smoke').network);
    const images = tf.zeros<tf.Rank.R4>([1, 32, 32, 3]);
    expect(() => forward(network, new Map(), images, { training: false })).toThrow(
      'stem/conv1/kernel',
    );
    images.dispose();
  });

  it('scale 0 makes a residual network ignore its residual branches', () => {
    const base = convergenceConfig('inception-resnet-v1', 'smoke').network;
    const output = (scale: number, kernel: number) => {
      const network = buildNetwork({ ...base, residualScale: { a: scale, b: scale, c: scale } });
      const parameters = createParameters(network, () => 1);
      parameters
        .get('inceptionResNetA_01/linear/bias')
        ?.assign(tf.fill(parameters.get('inceptionResNetA_01/linear/bias')!.shape, kernel));
      const images = tf.ones<tf.Rank.R4>([1, 32, 32, 3]);
      const logits = [...forward(network, parameters, images, { training: false }).dataSync()];
      tf.dispose([images, ...parameters.values()]);
      return logits;
    };
    expect(output(0, 5)).toEqual(output(0, 0));
    expect(output(0.1, 5)).not.toEqual(output(0.1, 0));
  });
});

import { beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../../lib/backend/select';
import { networkConfig } from '../../lib/models/networks';
import { foreignWeights } from '../../lib/weights/foreignWeights';
import { numbers, source } from './madeWeights';

describe('foreignWeights', () => {
  const v4 = networkConfig('inception-v4');
  const kernel = 'features.0.conv.weight';

  it('lists every tensor that is missing, unknown or of another shape, and reads none', () => {
    const read = (): never => expect.fail('a tensor was read');
    const changes = {
      [kernel]: undefined,
      'features.1.bn.weight': undefined,
      'extra.weight': [1],
      'features.2.conv.weight': [3, 3, 32, 64],
      'features.2.bn.weight': [63],
    };
    expect(() => foreignWeights(v4, source(v4, 'timm', changes, read), 'timm')).toThrow(
      [
        'made does not fit inception-v4: it has the weights of another network or form.',
        '  2 missing:\n    features.0.conv.weight\n    features.1.bn.weight',
        '  1 unknown:\n    extra.weight',
        '  2 of another shape:\n    features.2.conv.weight: [3, 3, 32, 64], expected [64, 32, 3, 3]',
        '    features.2.bn.weight: [63], expected [64]',
      ].join('\n'),
    );
  });

  it('refuses what does not belong to an auxiliary head that it takes along', () => {
    const v3 = { ...networkConfig('inception-v3'), auxiliaryHead: true };
    const file = source(v3, 'timm', { 'AuxLogits.conv2.conv.weight': [1] });
    expect(() => foreignWeights(v3, file, 'timm')).toThrow(
      '1 unknown:\n    AuxLogits.conv2.conv.weight',
    );
  });

  it('drops no class from half a classifier', () => {
    const file = source(v4, 'timm', { 'last_linear.bias': [1001] });
    expect(() => foreignWeights(v4, file, 'timm', { dropBackground: true })).toThrow(
      '1 of another shape:\n    last_linear.weight: [1000, 1536], expected [1001, 1536]',
    );
  });

  it('refuses the weights of another network', () => {
    const v3 = networkConfig('inception-v3');
    expect(() => foreignWeights(v4, source(v3, 'timm'), 'timm')).toThrow(/and \d+ more/);
  });

  it('turns kernels and leaves counters and other heads out', () => {
    const v3 = networkConfig('inception-v3');
    const extra = { 'Conv2d_1a_3x3.bn.num_batches_tracked': [], 'AuxLogits.fc.bias': [1000] };
    const weights = foreignWeights(v3, source(v3, 'timm', extra), 'timm');
    expect(weights.leftOut).toEqual(Object.keys(extra));
    const gamma = numbers('Conv2d_1a_3x3.bn.weight', [32]);
    const theirs = numbers('Conv2d_1a_3x3.conv.weight', [32, 3, 3, 3]);
    const ours = weights.read('stem/conv1/kernel');
    // [height 2, width 1, in 2, out 30] of ours is [out 30, in 2, height 2, width 1] of PyTorch.
    expect(ours[((2 * 3 + 1) * 3 + 2) * 32 + 30]).toBe(
      Math.fround(theirs[((30 * 3 + 2) * 3 + 2) * 3 + 1] * gamma[30]),
    );
    const classifier = numbers('fc.weight', [1000, 2048]);
    expect(weights.read('head/logits/kernel')[5 * 1000 + 7]).toBe(classifier[7 * 2048 + 5]);
  });

  it.each(['slim', 'timm'] as const)('drops class 0 of 1001 in %s files', (scheme) => {
    const all = { ...v4, classes: 1001 };
    const complete = foreignWeights(all, source(all, scheme), scheme);
    const cut = foreignWeights(v4, source(all, scheme), scheme, { dropBackground: true });
    expect(cut.read('head/logits/bias')).toEqual(complete.read('head/logits/bias').slice(1));
    const [whole, part] = [complete, cut].map((weights) => weights.read('head/logits/kernel'));
    expect(part).toHaveLength(1536 * 1000);
    expect([...part.slice(1000, 1003)]).toEqual([...whole.slice(1002, 1005)]);
    expect(() => foreignWeights(v4, source(all, scheme), scheme)).toThrow('of another shape');
  });
});

describe('gamma of the batch normalisation', () => {
  beforeAll(async () => {
    await selectBackend();
  });

  it('scales the normalised activations, whatever its sign', () => {
    // The first convolution alone: gamma * (x - mean) / sqrt(variance + 0.001) + beta, written out.
    const config = networkConfig('inception-v3');
    const weights = foreignWeights(config, source(config, 'timm'), 'timm');
    const [mean, beta, variance, gamma] = ['running_mean', 'bias', 'running_var', 'weight'].map(
      (part) => numbers(`Conv2d_1a_3x3.bn.${part}`, [32]),
    );
    const kernel = numbers('Conv2d_1a_3x3.conv.weight', [32, 3, 3, 3]);
    const folded = weights.read('stem/conv1/kernel');
    const foldedMean = weights.read('stem/conv1/movingMean');
    expect([...gamma].some((value) => value < 0)).toBe(true);
    for (let channel = 0; channel < 32; channel++) {
      // On an image of ones the convolution is the sum of its kernel.
      const sum = (values: Float32Array, index: (i: number) => number): number =>
        Array.from({ length: 27 }, (_, i) => values[index(i)]).reduce((a, b) => a + b);
      const scale = 1 / Math.sqrt(variance[channel] + 1e-3);
      const theirs =
        gamma[channel] * (sum(kernel, (i) => channel * 27 + i) - mean[channel]) * scale +
        beta[channel];
      const ours =
        (sum(folded, (i) => i * 32 + channel) - foldedMean[channel]) * scale + beta[channel];
      expect(ours).toBeCloseTo(theirs, 5);
    }
  });
});

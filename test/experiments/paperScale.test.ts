import { describe, expect, it } from 'vitest';

import { convergenceConfig, convergenceConfigs } from '../../experiments/convergence';
import { cropEvaluations } from '../../experiments/crops';
import { ensembleEvaluations } from '../../experiments/ensembles';
import { RANDOM_SIZE_CROPS } from '../../experiments/randomSizeCrops';
import { EXPERIMENTS } from '../../experiments/run';
import { UsageError } from '../../lib/errors';
import { networkCost } from '../../lib/models/cost';
import { buildNetwork } from '../../lib/models/networks';
import { learningRateAt } from '../../lib/training/schedules';

const FOLDERS = { 'data.train': 'ilsvrc/train', 'data.validation': 'ilsvrc/validation' };

/** On ImageNet's folders all networks are trained on parts of random size: it has no runs of its own there. */
const TRAINING = [...EXPERIMENTS].filter(([name]) => name !== RANDOM_SIZE_CROPS);

describe('the paper scale', () => {
  it.each(TRAINING)('of %s is refused without images, with what to add', (_, configsOf) => {
    const plan = () => configsOf('paper', { 'data.train': 'ilsvrc/train' });
    expect(plan).toThrow(UsageError);
    expect(plan).toThrow('add data.train=<folder> data.validation=<folder>');
  });

  it.each(TRAINING)('of %s has 299 pixels, 1000 classes and folders', (_, configsOf) => {
    const configs = configsOf('paper', FOLDERS);
    expect(configs.length).toBeGreaterThan(0);
    for (const { network, data } of configs) {
      expect(network).toMatchObject({ inputSize: 299, classes: 1000, width: 1 });
      expect(data).toEqual({
        ...{ name: 'imageFolder', augment: true },
        ...{ train: 'ilsvrc/train', validation: 'ilsvrc/validation' },
      });
    }
  });

  it('of convergence is the four networks over the epochs of their figures', () => {
    const configs = convergenceConfigs('paper', FOLDERS);
    expect(configs.map(({ network, epochs }) => [network.name, epochs])).toEqual([
      ['inception-v3', 200],
      ['inception-resnet-v1', 200],
      ['inception-v4', 160],
      ['inception-resnet-v2', 160],
    ]);
  });

  it('compares networks that cost about the same', () => {
    const [v3, v1, v4, v2] = convergenceConfigs('paper', FOLDERS).map(
      ({ network }) => networkCost(buildNetwork(network)).multiplyAdds,
    );
    expect(v1 / v3).toBeGreaterThan(0.9);
    expect(v1 / v3).toBeLessThan(1.1);
    expect(v2 / v4).toBeGreaterThan(0.9);
    expect(v2 / v4).toBeLessThan(1.1);
  });

  it("has section 4's schedule: 0.045, and 0.94 times as much every two epochs", () => {
    const config = convergenceConfig('inception-v4', 'paper', FOLDERS);
    expect(config.optimizer).toMatchObject({ decay: 0.9, epsilon: 1 });
    expect(learningRateAt(config, 0, 100)).toBe(0.045);
    expect(learningRateAt(config, 199, 100)).toBe(0.045);
    expect(learningRateAt(config, 200, 100)).toBeCloseTo(0.0423, 10);
    expect(learningRateAt(config, 15_999, 100)).toBeCloseTo(0.045 * 0.94 ** 79, 10);
  });

  it.each([
    ['crops', cropEvaluations],
    ['ensembles', ensembleEvaluations],
  ])('has no %s, and names what evaluates instead', (_, evaluations) => {
    expect(() => evaluations('paper')).toThrow(UsageError);
    expect(() => evaluations('paper')).toThrow('lab -- evaluate');
  });
});

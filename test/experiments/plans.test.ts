import { describe, expect, it } from 'vitest';

import { convergenceConfigs } from '../../experiments/convergence';
import { cropEvaluations } from '../../experiments/crops';
import { ensembleEvaluations } from '../../experiments/ensembles';
import { RANDOM_SIZE_CROPS, randomSizeConfigs } from '../../experiments/randomSizeCrops';
import { type Config, configHash } from '../../lib/config';
import { UsageError } from '../../lib/errors';

const names = (configs: readonly Config[]) =>
  configs.map(({ network, seed }) => `${network.name} ${seed}`);

const cropsOf = ({ data }: Config) => ('crops' in data ? data.crops : undefined);

describe('the plan of convergence', () => {
  it('has one run of each network and depth where a seed is given', () => {
    const all = [
      'inception-v3 3',
      'inception-resnet-v1 3',
      'inception-v4 3',
      'inception-resnet-v2 3',
    ];
    expect(names(convergenceConfigs('standard', { seed: 3 }))).toEqual([...all, ...all]);
  });

  it('ends with networks as deep as Figs. 9 and 15 print them, which figures and claims show', () => {
    const printed = convergenceConfigs('standard')
      .slice(-4)
      .map(({ network }) => network.repeats);
    expect(printed).toEqual([
      { a: 3, b: 4, c: 2 },
      { a: 5, b: 10, c: 5 },
      { a: 4, b: 7, c: 3 },
      { a: 5, b: 10, c: 5 },
    ]);
  });
});

describe('the plan of the crops', () => {
  it('evaluates a run of each network with 1, 12 and 144 crops, on the same images', () => {
    // At smoke scale convergence has the smaller pair alone.
    for (const scale of ['quick', 'standard'] as const) {
      const planned = cropEvaluations(scale);
      const first = convergenceConfigs(scale).slice(0, 4);
      for (const crops of [1, 12, 144]) {
        const evaluated = planned.filter((one) => one.crops === crops);
        const hashes = evaluated.map((one) => one.runs.map(configHash).join());
        expect(hashes.slice(0, 4)).toEqual(first.map(configHash));
      }
      expect(new Set(planned.map(({ images }) => images)).size).toBe(1);
    }
  });

  it('has the same crops of networks that were trained on parts of all sizes, at standard scale', () => {
    const planned = cropEvaluations('standard').filter(
      ({ trainedBy }) => trainedBy === RANDOM_SIZE_CROPS,
    );
    const trained = randomSizeConfigs('standard').map(configHash);
    for (const crops of [1, 12, 144]) {
      const evaluated = planned.filter((one) => one.crops === crops);
      expect(evaluated.flatMap(({ runs }) => runs.map(configHash))).toEqual(trained);
    }
    for (const { trainedBy, runs } of cropEvaluations('standard')) {
      const expected = trainedBy === RANDOM_SIZE_CROPS ? 'randomSize' : undefined;
      expect(runs.map(cropsOf)).toEqual([expected]);
    }
    expect(cropEvaluations('quick').map((one) => one.trainedBy)).not.toContain(RANDOM_SIZE_CROPS);
  });
});

describe('the plan of the training on parts of all sizes', () => {
  it('differs from the shallow networks of convergence in the crops alone', () => {
    const [v3] = randomSizeConfigs('standard');
    const [shallow] = convergenceConfigs('standard');
    expect(v3).toEqual({ ...shallow, data: { ...shallow.data, crops: 'randomSize' } });
  });

  it('has no runs at the short scales, and says where ImageNet is trained on so', () => {
    expect(randomSizeConfigs('smoke')).toEqual([]);
    expect(randomSizeConfigs('quick')).toEqual([]);
    expect(() => randomSizeConfigs('paper')).toThrow(UsageError);
    expect(() => randomSizeConfigs('paper')).toThrow('there "convergence" trains on parts');
  });

  it('trains each network once where a seed is given', () => {
    const configs = randomSizeConfigs('standard', { seed: 9, epochs: 1 });
    expect(configs.map(({ network, seed, epochs }) => [network.name, seed, epochs])).toEqual([
      ['inception-v3', 9, 1],
      ['inception-resnet-v1', 9, 1],
      ['inception-v4', 9, 1],
      ['inception-resnet-v2', 9, 1],
    ]);
  });
});

describe('the plan of the ensembles', () => {
  it("has the paper's at standard scale, with 144 crops", () => {
    const planned = ensembleEvaluations('standard');
    const both = [
      ['inception-v3 0', 'inception-v3 1', 'inception-v3 2', 'inception-v3 3'],
      ['inception-v4 0', 'inception-resnet-v2 0', 'inception-resnet-v2 1', 'inception-resnet-v2 2'],
    ];
    expect(planned.map(({ runs }) => names(runs))).toEqual([...both, ...both]);
    expect(planned.map(({ crops }) => crops)).toEqual([144, 144, 144, 144]);
  });

  it('has members of one way of training each, all of which the experiments train', () => {
    const trained = randomSizeConfigs('standard').map(configHash);
    for (const { trainedBy, runs } of ensembleEvaluations('standard')) {
      const isRandomSize = trainedBy === RANDOM_SIZE_CROPS;
      expect(new Set(runs.map(cropsOf))).toEqual(
        new Set([isRandomSize ? 'randomSize' : undefined]),
      );
      if (isRandomSize) expect(trained).toEqual(expect.arrayContaining(runs.map(configHash)));
    }
  });

  it('needs no other runs than those of convergence at quick scale', () => {
    const runs = convergenceConfigs('quick').map(configHash);
    const members = ensembleEvaluations('quick').flatMap((one) => one.runs.map(configHash));
    expect(runs).toEqual(expect.arrayContaining(members));
  });
});

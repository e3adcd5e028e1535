import { describe, expect, it } from 'vitest';

import { convergenceConfigs } from '../../experiments/convergence';
import { cropEvaluations } from '../../experiments/crops';
import { ensembleEvaluations } from '../../experiments/ensembles';
import { type Config, configHash } from '../../lib/config';

const names = (configs: readonly Config[]) =>
  configs.map(({ network, seed }) => `${network.name} ${seed}`);

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
});

describe('the plan of the ensembles', () => {
  it("has the paper's at standard scale, with 144 crops", () => {
    const planned = ensembleEvaluations('standard');
    expect(planned.map(({ runs }) => names(runs))).toEqual([
      ['inception-v3 0', 'inception-v3 1', 'inception-v3 2', 'inception-v3 3'],
      ['inception-v4 0', 'inception-resnet-v2 0', 'inception-resnet-v2 1', 'inception-resnet-v2 2'],
    ]);
    expect(planned.map(({ crops }) => crops)).toEqual([144, 144]);
  });

  it('needs no other runs than those of convergence at quick scale', () => {
    const runs = convergenceConfigs('quick').map(configHash);
    const members = ensembleEvaluations('quick').flatMap((one) => one.runs.map(configHash));
    expect(runs).toEqual(expect.arrayContaining(members));
  });
});

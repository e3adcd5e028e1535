import { describe, expect, it } from 'vitest';

import { cellTitle, cellTitles } from '../../experiments/cellTitle';
import { convergenceConfig, convergenceConfigs } from '../../experiments/convergence';
import { optimizersConfigs } from '../../experiments/optimizers';
import { EXPERIMENTS } from '../../experiments/run';
import type { Overrides } from '../../lib/config';

const cell = (overrides: Overrides) => convergenceConfig('inception-resnet-v1', 'quick', overrides);
const titles = (cells: readonly Overrides[]) => {
  const configs = cells.map(cell);
  return configs.map((config) => cellTitle(config, configs));
};

describe('the title of a run', () => {
  it('names the network and the seed where nothing else differs', () => {
    expect(titles([{ seed: 3 }, { seed: 4 }])).toEqual([
      'inception-resnet-v1, seed 3',
      'inception-resnet-v1, seed 4',
    ]);
  });

  it('leaves out what follows from the network', () => {
    const configs = convergenceConfigs('quick');
    expect(configs.map((config) => cellTitle(config, configs))).toEqual([
      ...['inception-v3, seed 0', 'inception-resnet-v1, seed 0'],
      ...['inception-v4, seed 0', 'inception-resnet-v2, seed 0'],
    ]);
  });

  it('lists the settings that differ, and no others', () => {
    const scale = (value: number) => ({
      'network.residualScale': { a: value, b: value, c: value },
    });
    expect(
      titles([
        { ...scale(0.1), 'optimizer.learningRate': 0.1, seed: 3 },
        { ...scale(1), 'optimizer.learningRate': 0.02, seed: 4 },
      ]),
    ).toEqual(['scale 0.1, rate 0.1, seed 3', 'scale 1, rate 0.02, seed 4']);
  });

  it('says nothing of a remedy that is absent', () => {
    const warmUp = { kind: 'constant', learningRate: 0.00001, steps: 100 };
    expect(titles([{}, { gradientClip: 2 }, { warmUp }])).toEqual([
      'inception-resnet-v1, seed 0',
      'clipping 2, seed 0',
      'warm-up at 0.00001 for 100 steps, seed 0',
    ]);
  });

  it('tells the arms of the optimizers apart', () => {
    const configs = optimizersConfigs('standard');
    expect(cellTitle(configs[3], configs)).toBe(
      'momentum, rate 0.045, falls every 2 epochs, epsilon 1, exponential schedule, seed 0',
    );
  });

  it.each([...EXPERIMENTS])('differs for every run of %s', (_, configsOf) => {
    for (const scale of ['smoke', 'quick', 'standard'] as const) {
      const configs = configsOf(scale, {});
      const titles = cellTitles(configs);
      expect(new Set(titles).size).toBe(configs.length);
      expect(titles.slice(0, 1)).toEqual(
        configs.slice(0, 1).map((config) => cellTitle(config, configs)),
      );
    }
  });
});

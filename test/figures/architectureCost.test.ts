import { describe, expect, it } from 'vitest';

import { costFigure } from '../../lib/figures/architecture/costFigure';
import { plotlyWindow } from '../../lib/figures/plotlyWindow';
import { networkConfig } from '../../lib/models/networks';

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b);

describe('costFigure', () => {
  const { data, layout } = costFigure();

  it('shows every multiply-add and every parameter of the four networks', () => {
    // Published counts: slim's networks with 1000 classes, and facenet's trunk with a classifier.
    const expected = [
      ...[5_713_216_096, 12_253_974_624, 6_308_597_856, 13_155_794_016].map((n) => n / 1e9),
      ...[23_817_352, 42_648_232, 24_342_808, 55_813_192].map((n) => n / 1e6),
    ];
    data.forEach(({ y }, index) => expect(sum(y)).toBeCloseTo(expected[index], 9));
    expect(data).toHaveLength(8);
  });

  it('tells the networks apart by hatching, not by colour alone', () => {
    const patterns = data.slice(0, 4).map(({ marker }) => JSON.stringify(marker));
    expect(new Set(patterns.map((marker) => /"shape":"(.)"/.exec(marker)?.[1])).size).toBe(4);
  });

  it('is a specification that Plotly accepts whole', async () => {
    const { plotly } = await plotlyWindow();
    expect(plotly.validate([...data], layout)).toBeUndefined();
  });

  it('shows other networks when they are given', () => {
    const paper = costFigure([networkConfig('inception-resnet-v2', 'paper')]);
    expect(paper.data.map(({ y }) => sum(y).toFixed(3))).toEqual(['9.258', '32.417']);
    expect(paper.caption).toContain('Inception-ResNet-v2 (paper)');
  });
});

import { describe, expect, it } from 'vitest';

import { networkCost } from '../../lib/models/cost';
import { buildNetwork } from '../../lib/models/networks';
import { depthFigure, epochsToErrorRows, networkRows } from '../../lib/recorded/convergence';
import { newestRecords } from '../../lib/results/newestSetting';
import { paperNetworks, readPaper } from '../../lib/results/paper';

const PAIR = ['inception-v3', 'inception-resnet-v1'] as const;

describe('the recorded networks', () => {
  it('are the four of the paper, each with its runs and what its own record says of its cost', () => {
    const { records } = newestRecords('convergence', 'standard');
    const rows = networkRows('standard');
    expect(rows.map(({ network }) => network)).toEqual(paperNetworks);
    for (const row of rows) {
      const own = records.filter(
        ({ run, final }) => run.config.network.name === row.network && final?.status === 'done',
      );
      expect(row.runs).toBe(own.length);
      expect(row['multiply-adds (million)']).toBe(
        (own[0].run.network.multiplyAdds / 1e6).toFixed(1),
      );
      expect(networkCost(buildNetwork(own[0].run.config.network)).convolutions).toBe(
        row.convolutions,
      );
      expect(Number(row['step (ms)'])).toBeGreaterThan(0);
    }
  });
});

describe('epochs to an error', () => {
  it('are read off the curve of the paper', () => {
    const rows = epochsToErrorRows(PAIR, 'paper');
    const { epoch, errorPercent } = readPaper().curves['inception-v3'].top1;
    expect(rows.length).toBe(5);
    for (const row of rows) {
      const first =
        epoch[errorPercent.findIndex((error) => error <= Number(row['top-1 error (%)']))];
      expect(row['inception-v3, epochs']).toBe(first);
      expect(Number(row.ratio)).toBeCloseTo(first / Number(row['inception-resnet-v1, epochs']), 2);
    }
  });

  it('fall with the error here, too', () => {
    const rows = epochsToErrorRows(PAIR, 'here', 'standard');
    expect(rows.length).toBeGreaterThan(0);
    const epochs = rows.map((row) => Number(row['inception-v3, epochs']));
    const errors = rows.map((row) => Number(row['top-1 error (%)']));
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
  });
});

describe('the figure of depth', () => {
  it('has a line for each network and depth, named by its blocks', () => {
    const names = depthFigure(PAIR).data.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(2);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => /^inception-(v3|resnet-v1), \d+ blocks$/.test(name))).toBe(true);
  });
});

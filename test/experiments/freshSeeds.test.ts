import { expect, test } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { freshSeedsMarkdown } from '../../experiments/freshSeeds';
import type { RunRecord } from '../../lib/results/record';
import { syntheticRun } from '../figures/syntheticRecords';

/** A run of the experiment's own setting that ends at an error. */
const ended = (seed: number, error: number): RunRecord => {
  const record = syntheticRun({ network: 'inception-v3', seed, top1: [80, error] });
  const config = convergenceConfig('inception-v3', 'standard', { seed });
  return { ...record, run: { ...record.run, config } };
};

const rowsOf = (records: readonly RunRecord[]): string[][] =>
  freshSeedsMarkdown({ convergence: records })
    .split('\n')
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()));

test('a seed that nothing plans is compared with the range of those that are planned', () => {
  const planned = [ended(0, 30), ended(1, 34), ended(2, 32)];
  const [[, title, , before, fresh, within]] = rowsOf([...planned, ended(9, 33)]);
  expect(title).toContain('seed 9');
  expect([before, fresh, within]).toEqual(['30.0 to 34.0 (3 runs)', '33.0', 'yes']);
  expect(rowsOf([...planned, ended(9, 34.1)])[0][5]).toBe('no');
});

test('there is no table without such a seed, nor with nothing to compare it with', () => {
  expect(freshSeedsMarkdown({ convergence: [ended(0, 30), ended(1, 34)] })).toBe('');
  expect(freshSeedsMarkdown({ convergence: [ended(0, 30), ended(9, 34)] })).toBe('');
});

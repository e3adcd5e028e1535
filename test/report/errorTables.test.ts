import { describe, expect, it } from 'vitest';

import type { CropCount } from '../../lib/images/crops';
import { errorTable } from '../../lib/report/errorTables';
import { readPaper } from '../../lib/results/paper';
import { evaluation } from './madeEvaluations';

const paper = readPaper();

const row = (table: ReturnType<typeof errorTable>, network: string) =>
  table?.cells.find(([name]) => name === network);

describe('errorTable', () => {
  it("sets the paper's Table 3 beside the evaluations with 12 crops of one model", () => {
    const table = errorTable(3, paper, [
      evaluation({ networks: ['inception-v3'], crops: 12 }),
      evaluation({ networks: ['inception-v3'], crops: 144, misses: [1, 1] }),
      evaluation({ networks: ['inception-v3', 'inception-v3'], crops: 12, misses: [2, 2] }),
    ]);
    // Wilson, 95 %: 30 of 100 gives 21.9 to 39.6, 10 of 100 gives 5.5 to 17.4.
    expect(row(table, 'inception-v3')).toEqual([
      ...['inception-v3', '12', '12', '19.8', '30.0 [21.9, 39.6]', '4.6', '10.0 [5.5, 17.4]'],
      '100',
    ]);
    expect(row(table, 'inception-v4')).toEqual([
      ...['inception-v4', '12', '-', '18.7', '-', '4.2', '-', '-'],
    ]);
    expect(row(table, 'resnet-151')?.slice(0, 3)).toEqual(['resnet-151', '10', '-']);
  });

  it('shows the mean of several trainings, and each of them', () => {
    const of = (weights: string, misses: [number, number]) =>
      evaluation({ networks: ['inception-v4'], crops: 1, weights, misses });
    const cells = row(errorTable(2, paper, [of('a', [20, 0]), of('b', [40, 20])]), 'inception-v4');
    expect(cells?.[4]).toBe('30.0 [21.9, 39.6]');
    expect(cells?.[8]).toBe('20.0, 40.0');
  });

  it('finds ensembles by their networks, and counts their members', () => {
    const table = errorTable(5, paper, [
      evaluation({ networks: ['inception-v4', 'inception-resnet-v2'], crops: 144 }),
      evaluation({ networks: ['inception-v4'], crops: 144 }),
    ]);
    const name = 'inception-v4 + 3x inception-resnet-v2';
    expect(row(table, name)?.slice(0, 4)).toEqual([name, '4', '2', '16.5']);
    expect(row(table, 'inception-v3')?.[2]).toBe('-');
    expect(row(table, 'resnet-151')?.[3]).toBe('-');
  });

  it('takes those on the images of the newest, of the same networks, one for each training', () => {
    const v3 = { networks: ['inception-v3'], crops: 1 } as const;
    const table = errorTable(2, paper, [
      evaluation({ ...v3, weights: 'b', misses: [40, 1], startedAt: '2026-01-02' }),
      evaluation({ ...v3, weights: 'a', misses: [10, 1], startedAt: '2026-01-03' }),
      evaluation({ ...v3, weights: 'a', misses: [20, 1], startedAt: '2026-01-04' }),
      evaluation({ ...v3, weights: 'c', images: 50, startedAt: '2026-01-01' }),
      evaluation({ ...v3, weights: 'd', width: 0.5, startedAt: '2026-01-01' }),
    ]);
    expect(row(table, 'inception-v3')?.slice(-2)).toEqual(['100', '40.0, 20.0']);
    expect(row(table, 'inception-v4')?.slice(-2)).toEqual(['-', '-']);
  });

  it('keeps apart networks that saw images of one size in training and of all sizes', () => {
    const v3 = { networks: ['inception-v3'], crops: 12 } as const;
    const table = errorTable(3, paper, [
      evaluation({ ...v3, weights: 'a', sizes: 'one', startedAt: '2026-01-01' }),
      evaluation({ ...v3, weights: 'b', sizes: 'all', misses: [20, 5], startedAt: '2026-01-02' }),
      evaluation({ networks: ['inception-v4'], crops: 12, sizes: 'one', startedAt: '2026-01-01' }),
    ]);
    expect(row(table, 'inception-v3')?.[4]).toMatch(/^20\.0 /);
    expect(row(table, 'inception-v4')?.[4]).toBe('-');
    expect(table?.conditions).toContain('networks trained on parts of all sizes');
  });

  it('says what the data and the crops are, and what of it is ours', () => {
    const notes = (crops: CropCount, number: 2 | 3 | 4) =>
      errorTable(number, paper, [evaluation({ networks: ['inception-v3'], crops })])?.notes.join(
        ' ',
      );
    expect(notes(1, 2)).toContain('CIFAR-10, 100 test images in 6 classes, inputs of 32 x 32');
    const some = evaluation({ networks: ['inception-v3'], crops: 1 });
    const half = errorTable(2, paper, [{ ...some, data: { ...some.data, of: 10_000 } }]);
    expect(half?.conditions).toContain('100 of 10,000 test images');
    expect(notes(1, 2)).toContain('The single crop is the whole image.');
    expect(notes(12, 3)).toContain('The paper does not say which its 12 crops are');
    expect(notes(144, 4)).toContain('scaled to 36, 40, 44 and 48, crops of 32');
  });

  it('makes no table that nothing belongs into', () => {
    const alone = evaluation({ networks: ['inception-v3'], crops: 144 });
    expect(errorTable(5, paper, [alone])).toBeUndefined();
    expect(errorTable(2, paper, [])).toBeUndefined();
  });
});

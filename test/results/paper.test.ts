import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { LabError } from '../../lib/errors';
import { projectRoot } from '../../lib/projectRoot';
import type { paperNetworks } from '../../lib/results/paper';
import { errorFigures, figureContent, readPaper } from '../../lib/results/paper';

const paper = readPaper();

/** The digitised error at an epoch, or at the one before it: the readings are two epochs apart. */
function errorAt(network: (typeof paperNetworks)[number], metric: 'top1' | 'top5', epoch: number) {
  const curve = paper.curves[network][metric];
  return curve.errorPercent[curve.epoch.filter((at) => at <= epoch).length - 1];
}

test('holds the tables as the paper prints them', () => {
  const errors = (table: 'table2' | 'table3' | 'table4') =>
    Object.fromEntries(paper[table].rows.map(({ network, top1, top5 }) => [network, [top1, top5]]));
  expect(errors('table2')).toEqual({
    'bn-inception': [25.2, 7.8],
    'inception-v3': [21.2, 5.6],
    'inception-resnet-v1': [21.3, 5.5],
    'inception-v4': [20.0, 5.0],
    'inception-resnet-v2': [19.9, 4.9],
  });
  expect(errors('table3')['inception-resnet-v2']).toEqual([18.7, 4.1]);
  expect(errors('table4')['inception-v4']).toEqual([17.7, 3.8]);
  expect(paper.table5.rows.map(({ top1, top5 }) => [top1, top5])).toEqual([
    [null, 3.6],
    [17.3, 3.6],
    [16.5, 3.1],
  ]);
  expect(paper.table1.rows.find(({ network }) => network === 'inception-resnet-v2')).toMatchObject({
    k: 256,
    l: 256,
    m: 384,
    n: 384,
  });
});

test.each([
  ['inception-v3', 'top1', 60, 26.56],
  ['inception-v3', 'top1', 160, 21.45],
  ['inception-resnet-v1', 'top1', 60, 23.0],
  ['inception-v4', 'top1', 100, 21.3],
  ['inception-resnet-v2', 'top1', 100, 20.85],
  ['inception-v3', 'top5', 100, 6.5],
  ['inception-resnet-v1', 'top5', 40, 7.3],
  ['inception-v4', 'top5', 120, 5.1],
  ['inception-resnet-v2', 'top5', 50, 7.2],
] as const)('%s, %s error at epoch %i is about %f', (network, metric, epoch, expected) => {
  expect(Math.abs(errorAt(network, metric, epoch) - expected)).toBeLessThan(0.35);
});

test('knows what each error figure compares, and its axes', () => {
  expect(errorFigures.map((figure) => figureContent(paper, figure))).toEqual([
    { networks: ['inception-v3', 'inception-resnet-v1'], metric: 'top1' },
    { networks: ['inception-v3', 'inception-resnet-v1'], metric: 'top5' },
    { networks: ['inception-v4', 'inception-resnet-v2'], metric: 'top1' },
    { networks: ['inception-v4', 'inception-resnet-v2'], metric: 'top5' },
    {
      networks: ['inception-v4', 'inception-resnet-v2', 'inception-v3', 'inception-resnet-v1'],
      metric: 'top5',
    },
    {
      networks: ['inception-v4', 'inception-resnet-v2', 'inception-v3', 'inception-resnet-v1'],
      metric: 'top1',
    },
  ]);
  expect(paper.axes[21]).toEqual({ x: [20, 200], y: [15, 30] });
  expect(paper.axes[25]).toEqual({ x: [20, 160], y: [2.5, 10] });
});

test('names the field that is wrong', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'paper-')), 'paper.json');
  const original = readFileSync(join(projectRoot(), 'results', 'paper.json'), 'utf8');
  writeFileSync(file, original.replace('"top5": 5.6', '"top5": 560'));
  expect(() => readPaper(file)).toThrow(LabError);
  expect(() => readPaper(file)).toThrow('table2.rows.1.top5');
  writeFileSync(file, original.slice(0, 100));
  expect(() => readPaper(file)).toThrow(LabError);
});

test('refuses a folder outside the project', () => {
  expect(() => projectRoot(tmpdir())).toThrow(LabError);
});

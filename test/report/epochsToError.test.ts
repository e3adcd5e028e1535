import { expect, test } from 'vitest';

import { epochsHere, epochsInPaper } from '../../lib/report/epochsToError';
import { readPaper } from '../../lib/results/paper';
import { syntheticRun } from '../figures/syntheticRecords';

test('reads from the digitised curves what the facts about the paper say, to two epochs', () => {
  const rows = epochsInPaper(readPaper(), ['inception-v3', 'inception-resnet-v1']);
  const expected = { 25: [75, 39], 24: [89, 48], 23: [106, 61], 22: [132, 82] };
  for (const [error, [plain, residual]] of Object.entries(expected)) {
    const row = rows.find(({ errorPercent }) => errorPercent === Number(error));
    expect(Math.abs((row?.plain ?? 0) - plain)).toBeLessThanOrEqual(2);
    expect(Math.abs((row?.residual ?? 0) - residual)).toBeLessThanOrEqual(2);
  }
});

test('takes the first epoch at which the mean over the seeds is at or below an error that both reach', () => {
  const plain = [
    syntheticRun({ network: 'inception-v3', seed: 0, top1: [80, 75, 71, 70.5] }),
    syntheticRun({ network: 'inception-v3', seed: 1, top1: [82, 77, 71, 70.5] }),
  ];
  const residual = [syntheticRun({ network: 'inception-resnet-v1', top1: [74, 72, 60, 50] })];
  // Means of the plain network: 81, 76, 71, 70.5. Both reach 71, 72 and 73 after an epoch above.
  expect(
    epochsHere(
      { network: 'inception-v3', runs: plain },
      { network: 'inception-resnet-v1', runs: residual },
    ),
  ).toEqual([
    { errorPercent: 73, plain: 3, residual: 2 },
    { errorPercent: 72, plain: 3, residual: 2 },
    { errorPercent: 71, plain: 3, residual: 3 },
  ]);
});

test('is empty when the curves have no error in common', () => {
  const plain = [syntheticRun({ network: 'inception-v3', top1: [80, 75] })];
  const residual = [syntheticRun({ network: 'inception-resnet-v1', top1: [60, 50] })];
  expect(
    epochsHere(
      { network: 'inception-v3', runs: plain },
      { network: 'inception-resnet-v1', runs: residual },
    ),
  ).toEqual([]);
});

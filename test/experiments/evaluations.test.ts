import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { CONVERGENCE, convergenceConfig } from '../../experiments/convergence';
import { planEvaluations, runEvaluations } from '../../experiments/evaluations';
import type { PlannedEvaluation } from '../../experiments/plannedEvaluation';
import { planRuns, runConfigs } from '../../experiments/run';
import { readEvaluations } from '../../lib/results/evaluationList';
import { recordFolder } from '../../lib/results/store';
import { removeRun, smokeRecord } from './lab';

/** Its records have a folder of their own, which git ignores. */
const EXPERIMENT = 'test-run-evaluations';
const FOLDER = recordFolder(EXPERIMENT, 'smoke');

const tiny = (seed: number) =>
  convergenceConfig('inception-resnet-v1', 'smoke', {
    ...{ seed, epochs: 1, 'data.name': 'synthetic' },
    ...{ 'data.trainImages': 64, 'data.testImages': 128 },
  });

const runs = [tiny(71), tiny(72)];
const alone = { trainedBy: CONVERGENCE, runs: [runs[0]], crops: 1 } as const;
const together = { trainedBy: CONVERGENCE, runs, crops: 12, images: 20 } as const;

const quietly = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const spy = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  return work().finally(() => spy.mockRestore());
};

describe('an experiment that evaluates', () => {
  let ids: string[];
  const predictions = mkdtempSync(path.join(tmpdir(), 'predictions-'));
  const evaluate = (plan: readonly PlannedEvaluation[]) =>
    quietly(() => runEvaluations(EXPERIMENT, 'smoke', plan, { predictionsFolder: predictions }));

  beforeAll(async () => {
    rmSync(FOLDER, { recursive: true, force: true });
    ids = (await planRuns(CONVERGENCE, 'smoke', runs)).map(({ id }) => id);
    await quietly(() => runConfigs(CONVERGENCE, 'smoke', runs));
  }, 60_000);

  afterAll(() => {
    ids.forEach((id) => removeRun(CONVERGENCE, id));
    rmSync(path.dirname(FOLDER), { recursive: true, force: true });
    rmSync(predictions, { recursive: true, force: true });
  });

  it('gives the errors of the training record for one crop of all test images', async () => {
    const { outcomes } = await evaluate([alone]);
    const [{ record, skipped }] = outcomes;
    const last = smokeRecord(CONVERGENCE, ids[0])?.epochs.at(-1);
    expect(skipped).toBe(false);
    expect(record?.metrics.images).toBe(128);
    expect(record?.metrics.top1.error).toBe(last?.top1Error);
    expect(record?.metrics.top5.error).toBe(last?.top5Error);
    expect(record?.metrics.loss).toBeCloseTo(last?.testLoss ?? NaN, 4);
  });

  it('averages the models of an ensemble, and lists and skips what is finished', async () => {
    const plan = [alone, together];
    const before = await planEvaluations(EXPERIMENT, 'smoke', plan);
    expect(before.map(({ finished }) => finished)).toEqual([true, false]);
    const { outcomes } = await evaluate(plan);
    expect(outcomes.map(({ skipped }) => skipped)).toEqual([true, false]);
    const [, ensemble] = outcomes;
    expect(ensemble.record?.models.map(({ run }) => run)).toEqual(ids);
    expect(ensemble.record).toMatchObject({ crops: 12, data: { images: 20, of: 128 } });
    expect(readEvaluations(FOLDER)).toEqual([ensemble.record, outcomes[0].record]);
  });

  it('takes an evaluation for finished whose weights stayed on another machine', async () => {
    const folder = path.join(recordFolder(CONVERGENCE, 'smoke'), 'checkpoints', ids[1]);
    renameSync(folder, `${folder}-away`);
    try {
      const { outcomes } = await evaluate([together]);
      expect(outcomes.map(({ skipped }) => skipped)).toEqual([true]);
      expect(await planEvaluations(EXPERIMENT, 'smoke', [together])).toMatchObject([
        { finished: true },
      ]);
      await expect(evaluate([{ ...together, images: 21 }])).rejects.toThrow(/has no checkpoint/);
    } finally {
      renameSync(`${folder}-away`, folder);
    }
  });

  it('names runs that were not trained, and the command that trains them', async () => {
    const missing = {
      trainedBy: CONVERGENCE,
      runs: [tiny(0), runs[0], tiny(73)],
      crops: 1,
    } as const;
    await expect(evaluate([missing, missing])).rejects.toThrow(
      /^2 of the 3 runs .*Train them with: npm run lab -- run convergence --scale smoke and npm run lab -- reproduce --scale smoke --only convergence$/,
    );
    const other = { trainedBy: 'optimizers', runs: [tiny(0)], crops: 1 } as const;
    await expect(evaluate([alone, other])).rejects.toThrow(
      /^1 of the 2 runs .*: optimizers-\S+\. Train them with: npm run lab -- run optimizers --scale smoke$/,
    );
  });
});

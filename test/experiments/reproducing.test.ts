import { rmSync } from 'node:fs';
import path from 'node:path';

import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { runTask } from '../../experiments/oneRun';
import { completeWork } from '../../experiments/reproduction/complete';
import { Forecast } from '../../experiments/reproduction/forecast';
import { PARTS, planReproduction } from '../../experiments/reproduction/plan';
import { RESIDUAL_SCALING, residualScalingConfigs } from '../../experiments/residualScaling';
import { planRuns } from '../../experiments/run';
import { UsageError } from '../../lib/errors';
import { RunFiles } from '../../lib/results/runFiles';
import { readRecord, recordFile, recordFolder } from '../../lib/results/store';
import { hasTensorflow } from '../hasTensorflow';
import { removeRun, smokeRecord } from './lab';

/** Its records have a folder of their own, which git ignores. */
const EXPERIMENT = 'test-run-reproducing';
const FOLDER = recordFolder(EXPERIMENT, 'smoke');

const tiny = (seed: number) =>
  convergenceConfig('inception-resnet-v1', 'smoke', {
    ...{ seed, epochs: 1, 'data.name': 'synthetic' },
    ...{ 'data.trainImages': 64, 'data.testImages': 20 },
  });

afterAll(() => rmSync(path.dirname(FOLDER), { recursive: true, force: true }));

describe('the plan of a reproduction', () => {
  it('has the trainings before what evaluates them', () => {
    expect(PARTS[0]).toBe('convergence');
    expect(PARTS.slice(-2)).toEqual(['crops', 'ensembles']);
  });

  it('is that of one experiment where only it is wanted', async () => {
    const { trainings, evaluations } = await planReproduction('quick', 'optimizers');
    expect(trainings.map(({ experiment }) => experiment)).toEqual(Array(7).fill('optimizers'));
    expect(evaluations).toEqual([]);
    const titles = new Set(trainings.map(({ title }) => title));
    expect(titles.size).toBe(7);
  });

  it('refuses an experiment that there is not', async () => {
    const planned = planReproduction('quick', 'nothing');
    await expect(planned).rejects.toThrow(UsageError);
    await expect(planned).rejects.toThrow(/^--only is "nothing": expected one of convergence, /);
  });

  it.runIf(hasTensorflow)('finds the committed runs and evaluations finished', async () => {
    const { trainings } = await planReproduction('standard', 'convergence');
    // Three seeds of four networks at two depths, and the fourth member of the ensemble of Inception-v3.
    expect(trainings).toHaveLength(25);
    expect(trainings.filter(({ finished }) => !finished)).toEqual([]);
    const { evaluations } = await planReproduction('standard', 'ensembles');
    expect(evaluations.map(({ finished }) => finished)).toEqual([true, true, true, true]);
  });
});

describe('the work of a reproduction', () => {
  it('trains what is left, with a line over everything', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const configs = [tiny(81), tiny(82)];
    const runs = await planRuns(EXPERIMENT, 'smoke', configs);
    const trainings = runs.map(({ id, config }) => ({
      ...{ experiment: EXPERIMENT, id, config, finished: false, done: 0 },
      title: `a run of seed ${config.seed}`,
    }));
    const pieces = runs.map(() => ({ kind: 'small', seconds: 60, isParallel: true }));
    const forecast = new Forecast([...pieces], 1);
    const left = { trainings, evaluations: [], isDrawn: false };
    expect(await completeWork({ scale: 'smoke', left, forecast, jobs: 1 })).toBeUndefined();
    const lines = said.mock.calls.flat() as string[];
    said.mockRestore();
    const overall = lines.filter((line) => /^(run|all) /.test(line));
    expect(overall[0]).toBe('run 1 of 2, about 2 min left');
    // Corrected: the first one took seconds.
    expect(overall[1]).toMatch(/^run 2 of 2, about [\d.]+ s left$/);
    expect(overall[2]).toBe('all 2 runs done, about 0.0 s left');
    expect(lines.some((line) => line.startsWith('[2/2] a run of seed 82  done'))).toBe(true);
    const records = runs.map(({ id }) => readRecord(recordFile(FOLDER, id)));
    expect(records.map(({ final }) => final?.status)).toEqual(['done', 'done']);
    expect(forecast.secondsLeft).toBe(0);
  }, 60_000);
});

describe('a run of the study', () => {
  it('leaves its record and no weights, unless it is stopped', async () => {
    const [config] = residualScalingConfigs('smoke', {
      ...{ seed: 91, 'data.name': 'synthetic', 'data.testImages': 20, 'network.filters': 128 },
    });
    const task = { experiment: RESIDUAL_SCALING, scale: 'smoke', config };
    const [{ id }] = await planRuns(RESIDUAL_SCALING, 'smoke', [config]);
    onTestFinished(() => removeRun(RESIDUAL_SCALING, id));
    const { checkpoints } = new RunFiles(recordFolder(RESIDUAL_SCALING, 'smoke'), id);
    const stop = new AbortController();
    await runTask(task, { signal: stop.signal, onStep: () => stop.abort() });
    expect(checkpoints.newestFile()).toBeDefined();
    const { record } = await runTask(task, {});
    expect(record.final?.status).toBe('done');
    expect(smokeRecord(RESIDUAL_SCALING, id)?.probes.length).toBe(4);
    expect(checkpoints.newestFile()).toBeUndefined();
  }, 120_000);
});

import path from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import { main } from '../../experiments/cli';
import { comparisonText, runsTable, summaryText } from '../../experiments/runTexts';
import { defaultConfig, overrideConfig } from '../../lib/config';
import { UsageError } from '../../lib/errors';
import { describeEnvironment } from '../../lib/results/environment';
import type { EpochLine, RunRecord } from '../../lib/results/record';
import { findRun, type ListedRun, listRuns } from '../../lib/results/runList';
import { summarise } from '../../lib/results/runSummary';

function epochLine(epoch: number, top1Error: number, top5Error: number): EpochLine {
  return {
    ...{ type: 'epoch', epoch, step: 10 * epoch, learningRate: 0.045, trainLoss: 2, testLoss: 2 },
    ...{ trainTop1Error: 80, top1Error, top5Error, rawTop1Error: 70, rawTop5Error: 30 },
    seconds: { train: 4, input: 1, evaluate: 1 },
  };
}

const config = overrideConfig(defaultConfig('inception-v3'), { epochs: 4, batchSize: 16 });

function recordOf(id: string, overrides: object, epochs: readonly EpochLine[]): RunRecord {
  return {
    run: {
      ...{ type: 'run', schema: 1, id, experiment: 'test', startedAt: '2026-01-01T00:00:00.000Z' },
      config: overrideConfig(config, { ...overrides }),
      git: { commit: 'c0ffee', dirty: false },
      environment: describeEnvironment(),
      backend: { name: 'tensorflow', version: '2.21.0' },
      data: { name: 'synthetic', sha256: '00' },
      network: { parameters: 1, multiplyAdds: 1 },
    },
    epochs,
    probes: [],
    changes: [],
    final: { type: 'final', status: 'done', top1Error: 42, top5Error: 9, wallSeconds: 75 },
  };
}

const EPOCHS = [epochLine(1, 60, 20), epochLine(2, 40, 8), epochLine(3, 42, 9)];

function listed(record: RunRecord, changes: Partial<ListedRun> = {}): ListedRun {
  return { experiment: 'test', scale: 'quick', status: 'done', file: 'a', record, ...changes };
}

describe('the summary of a run', () => {
  it('has best and last errors, speed without evaluation, and time', () => {
    expect(summarise(recordOf('a', {}, EPOCHS))).toEqual({
      ...{ epochs: 3, plannedEpochs: 4, steps: 30, wallSeconds: 75 },
      bestTop1: { error: 40, epoch: 2 },
      bestTop5: { error: 8, epoch: 2 },
      lastTop1: { error: 42, epoch: 3 },
      lastTop5: { error: 9, epoch: 3 },
      // 30 steps of 16 images in 12 seconds.
      imagesPerSecond: 40,
    });
  });

  it('counts the images of all batches that make a step', () => {
    const record = recordOf('a', { accumulation: 2 }, EPOCHS);
    expect(summarise(record).imagesPerSecond).toBe(80);
  });

  it('of a run without an epoch or an end has what there is', () => {
    const { epochs, bestTop1, imagesPerSecond, wallSeconds } = summarise({
      ...recordOf('a', {}, []),
      final: undefined,
    });
    expect([epochs, bestTop1, imagesPerSecond, wallSeconds]).toEqual([0, undefined, undefined, 0]);
  });

  it('is told at the end of lab train', () => {
    const outcome = {
      record: recordOf('a', {}, EPOCHS),
      skipped: false,
      checkpoint: path.resolve('a.safetensors'),
    };
    const lines = summaryText(outcome, 'a.jsonl').split('\n');
    expect(lines).toContain('best top-1 error   40.00 % (epoch 2)');
    expect(lines).toContain('final top-5 error  9.00 %');
    expect(lines).toContain('wall time          75 s');
    expect(lines.slice(-2)).toEqual([
      'record             a.jsonl',
      'checkpoint         a.safetensors',
    ]);
  });
});

describe('findRun', () => {
  const runs = ['test-v3-s0-aaaaaaaa', 'test-v3-s1-bbbbbbbb'].map((id) =>
    listed(recordOf(id, {}, [])),
  );

  it.each(['test-v3-s1', 'bbbbbbbb', 'test-v3-s1-bbbbbbbb'])('knows a run by "%s"', (text) => {
    expect(findRun(runs, text)).toBe(runs[1]);
  });

  it.each([
    ['test-v3', 'fits 2 runs: test-v3-s0-aaaaaaaa (quick), test-v3-s1-bbbbbbbb (quick)'],
    ['bbbb', 'No recorded run is called "bbbb"'],
    ['', 'No recorded run is called ""'],
  ])('refuses "%s"', (text, message) => {
    expect(() => findRun(runs, text)).toThrow(UsageError);
    expect(() => findRun(runs, text)).toThrow(message);
  });
});

describe('tables of runs', () => {
  it('have status, epochs and errors of each', () => {
    const text = runsTable([
      listed(recordOf('one', {}, EPOCHS)),
      listed(recordOf('other', {}, []), { status: 'running', scale: 'smoke' }),
    ]);
    const rows = text.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows[1]).toEqual([
      ...['one', 'quick', 'done', '3/4', '40.00 %', '42.00 %', '9.00 %', '75 s'],
    ]);
    expect(rows[2].slice(0, 5)).toEqual(['other', 'smoke', 'running', '0/4', '-']);
  });

  it('compare two: the settings that differ, and the results side by side', () => {
    const a = listed(recordOf('one', {}, EPOCHS));
    const changes = { 'optimizer.learningRate': 0.1, gradientClip: 2 };
    const text = comparisonText(a, listed(recordOf('other', changes, EPOCHS.slice(0, 1))));
    const rows = text.split('\n').map((line) => line.split(/ {2,}/));
    const settings = rows.slice(rows.findIndex(([cell]) => cell === 'setting') + 1);
    expect(settings.slice(0, 3)).toEqual([
      ['optimizer.learningRate', '0.045', '0.1'],
      ['gradientClip', '(absent)', '2'],
      [''],
    ]);
    expect(rows).toContainEqual(['final top-1 error', '42.00 %', '60.00 %']);
    expect(comparisonText(a, a)).toContain('All settings are equal.');
  });
});

describe('lab runs', () => {
  it('lists the committed records', () => {
    const { runs } = listRuns({ experiment: 'convergence', scale: 'standard' });
    const done = runs.filter(({ status }) => status === 'done');
    expect(done.length).toBeGreaterThanOrEqual(6);
    expect(() => listRuns({ experiment: 'nothing' })).toThrow('No run of "nothing" is recorded');
  });

  it('is a command with a comparison', async () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const printed = async (...words: string[]) => {
      print.mockClear();
      expect(await main(['runs', ...words])).toBe(0);
      return print.mock.calls.join('\n');
    };
    const json = await printed('convergence', '--scale', 'standard', '--json');
    const all = JSON.parse(json) as { id: string; lastTop1: { error: number } }[];
    const [first, second] = ['s0-10b30c69', 's1-f3da79b2'].map(
      (ending) => all.filter(({ id }) => id === `convergence-inception-resnet-v1-${ending}`)[0],
    );
    const text = await printed('compare', first.id, second.id, '--scale', 'standard');
    print.mockRestore();
    expect(text).toMatch(/\nseed +0 +1\n/);
    expect(text).toContain(`${first.lastTop1.error.toFixed(2)} %`);
  });
});

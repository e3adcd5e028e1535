import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { main } from '../experiments/cli';
import { convergenceConfig } from '../experiments/convergence';
import { projectRoot } from '../lib/projectRoot';
import { parseRecord } from '../lib/results/parseRecord';
import { recordFolder } from '../lib/results/store';
import { removeRun, smokeRecord, smokeRuns } from './experiments/lab';
import { PUBLISHED_COUNTS } from './models/publishedCounts';

/** Runs the command line in this process and keeps what it prints. */
async function lab(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void out.push(text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void err.push(text));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  process.exitCode = undefined;
  const code = await main(words);
  process.exitCode = undefined;
  vi.restoreAllMocks();
  return { code, stdout: out.join('\n'), stderr: err.join('\n') };
}

type ModelRow = Readonly<
  Record<'name' | 'form', string> &
    Record<'classes' | 'convolutions' | 'batchNormalised', number> &
    Record<'trainableParameters' | 'parametersWithGamma' | 'parameters', number>
> & { readonly auxiliaryHead: boolean };

describe('lab models', () => {
  it('prints the published counts as JSON', async () => {
    const { code, stdout } = await lab('models', 'inception-v3', '--form', 'published', '--json');
    expect(code).toBe(0);
    const [model] = JSON.parse(stdout) as { parameters: number; blocks: { block: string }[] }[];
    expect(model.parameters).toBe(23_851_784);
    expect(model.blocks[0].block).toBe('input');
  });

  it('gives the published counts of every form and head as JSON', async () => {
    const { stdout } = await lab('models', '--json');
    const rows = (JSON.parse(stdout) as ModelRow[]).filter(({ form }) => form !== 'small');
    const counts = (row: ModelRow) => [
      ...[row.name, row.form, row.classes, row.auxiliaryHead],
      [row.convolutions, row.batchNormalised],
      ...[row.trainableParameters, row.parametersWithGamma, row.parameters],
    ];
    const published = PUBLISHED_COUNTS.map((row) => row.slice(0, 8));
    expect(rows.map(counts)).toHaveLength(published.length);
    expect(rows.map(counts)).toEqual(expect.arrayContaining(published));
  });

  it('prints the numbered deviations', async () => {
    const { stdout: text } = await lab('models');
    expect(text).toContain(' 1. 1512.00567, Table 1');
    expect(text).toContain('printed: 1x1 Conv (1154 Linear)');
  });
});

describe('mistakes end with exit code 2 and a sentence', () => {
  it.each([
    [['train', 'inception-v9'], 'Unknown network "inception-v9"'],
    [['train', 'inception-v3', 'epoch=3'], 'Unknown setting "epoch"'],
    [['train', 'inception-v3', 'epochs=many'], 'Setting "epochs" is "many"'],
    [['train', 'inception-v3', '--scale', 'huge'], 'Unknown scale "huge"'],
    [['run', 'divergence'], 'Unknown experiment "divergence"'],
    [['figure', '99'], 'Figure "99" cannot be drawn'],
    [['table', '9'], 'Table "9" has no errors to compare: expected 2, 3, 4, 5 or all'],
    [['run', 'crops', 'epochs=2'], 'it takes --scale and --dry-run, nothing else'],
    [['run', 'ensembles', '--jobs', '2'], 'it takes --scale and --dry-run, nothing else'],
    [['run', 'randomSizeCrops'], 'has no runs at quick scale: add --scale standard'],
    [['run', 'toString'], 'Unknown experiment "toString"'],
    [['models', '--form', 'tall'], 'Unknown form "tall"'],
    [['models', 'inception-v3', '--form', 'paper'], 'inception-v3 has no form "paper"'],
    [['trian'], 'unknown command'],
  ])('%j', async (words, message) => {
    const { code, stderr } = await lab(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  it('shows where it comes from with --debug', async () => {
    const { stderr } = await lab('--debug', 'train', 'inception-v9');
    expect(stderr).toContain('    at ');
  });
});

describe('lab train', () => {
  it('records a run, and skips it the second time', async () => {
    const words = [
      'train',
      'inception-v3',
      '--scale',
      'smoke',
      'data.name=synthetic',
      'data.testImages=50',
      'epochs=1',
      'seed=77',
    ];
    const first = await lab(...words);
    expect(first.code).toBe(0);
    expect(existsSync(first.stdout)).toBe(true);
    onTestFinished(() => removeRun('train', path.basename(first.stdout, '.jsonl')));
    const { run, final } = parseRecord(readFileSync(first.stdout, 'utf8'), first.stdout);
    expect(path.relative(projectRoot(), first.stdout)).toBe(
      path.join('results', 'train', 'smoke', `${run.id}.jsonl`),
    );
    expect([run.config.seed, final?.status]).toEqual([77, 'done']);
    expect((await lab(...words)).stderr).toContain('finished before, skipped');
  });
});

describe('the checkpoints of a run', () => {
  it('are kept as often and as many as the options say', async () => {
    const overrides = { 'data.name': 'synthetic', 'data.testImages': 20, seed: 78, epochs: 1 };
    const [id] = await smokeRuns('train', [convergenceConfig('inception-v3', 'smoke', overrides)]);
    const settings = Object.entries(overrides).map(([key, value]) => `${key}=${value}`);
    const options = [
      '--scale',
      'smoke',
      '--save-every',
      '3',
      '--keep-last',
      '3',
      '--keep-best',
      '0',
    ];
    expect((await lab('train', 'inception-v3', ...settings, ...options)).code).toBe(0);
    const folder = path.join(recordFolder('train', 'smoke'), 'checkpoints', id);
    const steps = readdirSync(folder).map((name) => Number(name.slice(5, 13)));
    expect(steps.sort((a, b) => a - b)).toEqual([6, 9, 10]);
  });

  it.each([
    ['--save-every', '0', 'from 1 on'],
    ['--keep-last', 'two', 'from 1 on'],
    ['--keep-best', '-1', 'from 0 on'],
  ])('are refused for %s %s', async (option, value, expected) => {
    const { code, stderr } = await lab('train', 'inception-v3', `${option}=${value}`);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${option} is "${value}"`)]);
    expect(stderr).toContain(expected);
  });
});

describe('a run that cannot be', () => {
  it.each([
    [{ 'data.trainImages': 9999 }, 'data.trainImages is 9999'],
    [{ batchSize: 400 }, 'batchSize is 400'],
    [{ execution: 'eager', precision: 'bfloat16' }, 'precision is "bfloat16"'],
  ])('leaves no record: %j', async (wrong, message) => {
    const overrides = { 'data.name': 'synthetic', 'data.testImages': 20, seed: 79, ...wrong };
    const [id] = await smokeRuns('train', [convergenceConfig('inception-v3', 'smoke', overrides)]);
    const words = Object.entries(overrides).map(([key, value]) => `${key}=${value}`);
    const { code, stderr } = await lab('train', 'inception-v3', '--scale', 'smoke', ...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(smokeRecord('train', id)).toBeUndefined();
  });
});

describe('lab run', () => {
  it('lists what it would do', async () => {
    const { code, stdout } = await lab(
      'run',
      'convergence',
      '--scale',
      'smoke',
      '--dry-run',
      'epochs=7',
    );
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^to run {4}convergence-inception-v3-s0-[0-9a-f]{8} {2}inception-v3, seed 0$/,
    );
  });
});

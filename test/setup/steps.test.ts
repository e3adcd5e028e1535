import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { type Context, emptyProject, load, type Row, type Step } from './program';

interface Steps {
  runSteps: (
    steps: readonly Step[],
    context: Context,
    skipped?: Readonly<Record<string, string>>,
  ) => Promise<Row[]>;
}

interface Report {
  closingReport: (rows: readonly Row[], seconds: number) => string;
}

interface Problems {
  Problem: new (reason: string, remedy?: string) => Error;
}

let runSteps: Steps['runSteps'];
let closingReport: Report['closingReport'];
let Problem: Problems['Problem'];

beforeAll(async () => {
  ({ runSteps } = await load<Steps>('steps.mjs'));
  ({ closingReport } = await load<Report>('report.mjs'));
  ({ Problem } = await load<Problems>('problem.mjs'));
});

/** A step that notes in `made` when it runs. */
function step(name: string, made: string[], changes: Partial<Step> = {}): Step {
  return {
    name,
    ready: () => (made.includes(name) ? 'done' : undefined),
    make: () => {
      made.push(name);
      return Promise.resolve();
    },
    ...changes,
  };
}

const fail = (reason: string, remedy?: string) => () => Promise.reject(new Problem(reason, remedy));

describe('runSteps', () => {
  it('runs what is not ready, in order, and only that', async () => {
    const made: string[] = [];
    const steps = [step('a', made), step('b', made, { ready: () => 'as it was' }), step('c', made)];
    const rows = await runSteps(steps, emptyProject());
    expect(made).toEqual(['a', 'c']);
    expect(rows.map(({ detail }) => detail)).toEqual(['done', 'as it was', 'done']);
  });

  it('goes on after a step that fails, with its reason and remedy', async () => {
    const made: string[] = [];
    const failing = step('a', made, { costs: 'no a', make: fail('It is closed.', 'Open it.') });
    const rows = await runSteps([failing, step('b', made)], emptyProject());
    const row = { state: 'missing', detail: 'It is closed.', costs: 'no a', remedy: 'Open it.' };
    expect(rows[0]).toMatchObject(row);
    expect(made).toEqual(['b']);
  });

  it('stops at a needed step that fails', async () => {
    const made: string[] = [];
    const failing = step('a', made, { isNeeded: true, make: fail('It is closed.') });
    expect(await runSteps([failing, step('b', made)], emptyProject())).toHaveLength(1);
    expect(made).toEqual([]);
  });

  it('does not believe a step that ends without its output', async () => {
    const rows = await runSteps([step('a', [], { make: () => Promise.resolve() })], emptyProject());
    expect(rows[0].state).toBe('missing');
  });

  it('leaves out what a flag names', async () => {
    const made: string[] = [];
    const rows = await runSteps([step('a', made)], emptyProject(), { a: '--no-a' });
    expect(rows).toEqual([{ name: 'a', state: 'left out', detail: '--no-a' }]);
    expect(made).toEqual([]);
  });
});

describe('closingReport', () => {
  it('is one line when everything is ready', () => {
    const rows: Row[] = [
      { name: 'build', state: 'ready', detail: 'dist/' },
      { name: 'TensorFlow', state: 'ready', detail: '2.21.0' },
    ];
    expect(closingReport(rows, 0.04)).toBe(
      'Set-up is complete: build, TensorFlow (2.21.0). [0.0 s]',
    );
  });

  it('says what is missing, what that costs and what to do', () => {
    const rows: Row[] = [
      { name: 'build', state: 'ready', detail: 'dist/' },
      {
        name: 'Jupyter',
        state: 'missing',
        detail: 'No Python.',
        costs: 'there are no notebooks',
        remedy: 'Install it.',
      },
    ];
    const lines = closingReport(rows, 3).trim().split('\n');
    expect(lines.map((line) => line.trim())).toEqual([
      'Set-up ended after 3.0 s:',
      'build    ready      dist/',
      'Jupyter  missing    No Python.',
      'Without it there are no notebooks.',
      'Install it.',
      'Then run npm run setup again.',
    ]);
  });
});

describe('setup.mjs', () => {
  const start = (...words: readonly string[]) =>
    spawnSync(process.execPath, [path.join(__dirname, '../../setup/setup.mjs'), ...words], {
      encoding: 'utf8',
    });

  it('refuses an unknown flag with exit code 2 and names it', () => {
    const { status, stderr } = start('--no-pyhton');
    expect(status).toBe(2);
    expect(stderr).toContain("'--no-pyhton'");
    expect(stderr).toContain('--no-jupyter');
  });

  it('explains its flags', () => {
    const { status, stdout } = start('--help');
    expect(status).toBe(0);
    for (const flag of ['--offline', '--no-native', '--no-jupyter']) expect(stdout).toContain(flag);
  });
});

import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { type Context, emptyProject, load, putPrograms, type Step } from './program';

let packages: Step;

beforeAll(async () => {
  const { pythonPackages } = await load<{
    pythonPackages: (options: {
      readonly name: string;
      readonly folder: string;
      readonly installs: readonly (readonly string[])[];
      readonly size: string;
      readonly costs: string;
    }) => Step;
  }>('pythonPackages.mjs');
  packages = pythonPackages({
    name: 'Some',
    folder: 'some',
    installs: [
      ['first==1.0', 'second'],
      ['--no-deps', 'third==2.5'],
    ],
    size: '1 MB',
    costs: 'nothing',
  });
});

interface Machine {
  readonly context: Context;
  /** The words after `pip install` of each run. */
  readonly installed: string[];
}

/** A machine with a Python whose programs do nothing but succeed, apart from a `pip install` of `failing`. */
function machine(failing = 'nothing'): Machine {
  const facts = { version: [3, 12, 1], venv: true, ensurepip: true, pip: true };
  const installed: string[] = [];
  const context = emptyProject({
    run: (name, command) => {
      if (name === 'venv') {
        const folder = path.join(command.at(-1) ?? '', 'bin');
        mkdirSync(folder, { recursive: true });
        symlinkSync(process.execPath, path.join(folder, 'python'));
      }
      if (command.includes('install')) installed.push(command.slice(-2).join(' '));
      const ok = !command.includes(failing);
      const output = ok ? JSON.stringify(facts) : 'ERROR: No matching distribution found';
      return Promise.resolve({ ok, output, reason: ok ? undefined : 'ended with exit code 1' });
    },
  });
  putPrograms(context, 'python3');
  return { context, installed };
}

describe.skipIf(process.platform === 'win32')('a step that installs Python packages', () => {
  it('installs them in turn, once, and again when its folder is gone', async () => {
    const { context, installed } = machine();
    expect(packages.ready(context)).toBeUndefined();
    await packages.make(context);
    expect(installed).toEqual(['first==1.0 second', '--no-deps third==2.5']);
    expect(packages.ready(context)).toBe('first 1.0, second, third 2.5');
    rmSync(path.join(context.lab, 'some'), { recursive: true });
    expect(packages.ready(context)).toBeUndefined();
  });

  it("is not ready after a failure, and tells pip's own reason", async () => {
    const { context } = machine('third==2.5');
    await expect(packages.make(context)).rejects.toThrow(
      'pip could not install --no-deps third==2.5: ERROR: No matching distribution found',
    );
    expect(packages.ready(context)).toBeUndefined();
  });

  it('says that there is no Python', async () => {
    await expect(packages.make(emptyProject())).rejects.toThrow('There is no Python on PATH.');
  });
});

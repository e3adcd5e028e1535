import { mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { type Context, emptyProject, load, put, putPrograms, type Step } from './program';

let jupyter: Step;

beforeAll(async () => {
  ({ jupyter } = await load<{ jupyter: Step }>('jupyter.mjs'));
});

/** A machine with a Python; `python -m venv` makes an environment whose interpreter is `interpreter`. */
function machine(interpreter: string, names: string[]): Context {
  const facts = { version: [3, 12, 1], venv: true, ensurepip: true, pip: true };
  const context = emptyProject({
    run: (name, command) => {
      names.push(name);
      if (name === 'venv') {
        const folder = path.join(command.at(-1) ?? '', 'bin');
        mkdirSync(folder, { recursive: true });
        symlinkSync(interpreter, path.join(folder, 'python'));
      }
      return Promise.resolve({ ok: true, output: JSON.stringify(facts) });
    },
  });
  putPrograms(context, 'python3');
  return context;
}

function kernel({ lab }: Context): { argv: string[]; env: Record<string, string> } {
  const file = path.join(lab, 'venv/share/jupyter/kernels/tslab/kernel.json');
  return JSON.parse(readFileSync(file, 'utf8')) as { argv: string[]; env: Record<string, string> };
}

describe.skipIf(process.platform === 'win32')('the Jupyter step', () => {
  it('writes a kernel that needs no PATH and is ready then', async () => {
    const context = machine(process.execPath, []);
    expect(jupyter.ready(context)).toBeUndefined();
    await jupyter.make(context);
    expect(jupyter.ready(context)).toBeDefined();
    const script = path.join(context.root, 'node_modules/tslab/bin/tslab');
    const rest = ['kernel', '--config-path', '{connection_file}'];
    expect(kernel(context).argv).toEqual([process.execPath, script, ...rest]);
    expect(kernel(context).env).toEqual({
      TF_CPP_MIN_LOG_LEVEL: '3',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    });
  });

  it('only writes the kernel anew when the project has moved', async () => {
    const names: string[] = [];
    const context = machine(process.execPath, names);
    await jupyter.make(context);
    const root = path.join(context.root, 'moved');
    mkdirSync(root);
    renameSync(context.lab, path.join(root, '.lab'));
    const moved = { ...context, root, lab: path.join(root, '.lab') };
    expect(jupyter.ready(moved)).toBeUndefined();
    names.length = 0;
    await jupyter.make(moved);
    expect(names).toEqual([]);
    expect(kernel(moved).argv[1]).toBe(path.join(root, 'node_modules/tslab/bin/tslab'));
  });

  it('does not trust an environment whose Python was replaced', async () => {
    const context = emptyProject();
    const interpreter = put(context.root, 'python3.12');
    const { run, env } = machine(interpreter, []);
    const made = { ...context, run, env };
    await jupyter.make(made);
    expect(jupyter.ready(made)).toBeDefined();
    renameSync(interpreter, path.join(context.root, 'python3.13'));
    expect(jupyter.ready(made)).toBeUndefined();
  });
});

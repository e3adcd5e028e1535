import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { type Context, emptyProject, load, putPrograms, type Step } from '../setup/program';

let peers: Step;

beforeAll(async () => {
  ({ peers } = await load<{ peers: Step }>('peers.mjs'));
});

interface Machine {
  readonly context: Context;
  readonly commands: string[];
}

/** A machine with a Python whose programs do nothing but succeed, apart from the one named `failing`. */
function machine(failing?: string): Machine {
  const facts = { version: [3, 12, 1], venv: true, ensurepip: true, pip: true };
  const commands: string[] = [];
  const context = emptyProject({
    run: (name, command) => {
      commands.push(`${name}: ${command.join(' ')}`);
      if (name === 'venv') {
        const folder = path.join(command.at(-1) ?? '', 'bin');
        mkdirSync(folder, { recursive: true });
        symlinkSync(process.execPath, path.join(folder, 'python'));
      }
      const ok = name !== failing;
      const output = ok ? JSON.stringify(facts) : 'ERROR: No matching distribution found';
      return Promise.resolve({ ok, output, reason: ok ? undefined : 'ended with exit code 1' });
    },
  });
  putPrograms(context, 'python3');
  return { context, commands };
}

describe.skipIf(process.platform === 'win32')('the step that makes .lab/peers', () => {
  it('installs the TensorFlow of the native runtime, once', async () => {
    const { context, commands } = machine();
    const { TENSORFLOW_VERSION: version } = await load<{ TENSORFLOW_VERSION: string }>(
      'tensorflowWheel.mjs',
    );
    expect(peers.ready(context)).toBeUndefined();
    await peers.make(context);
    expect(commands.at(-1)).toContain(`pip install`);
    expect(commands.at(-1)).toContain(`tensorflow-cpu==${version} keras==`);
    expect(peers.ready(context)).toContain(`tensorflow-cpu ${version}, keras `);
    rmSync(path.join(context.lab, 'peers'), { recursive: true });
    expect(peers.ready(context)).toBeUndefined();
  });

  it("is not ready after a failure, and tells pip's own reason", async () => {
    const { context } = machine('peers');
    await expect(peers.make(context)).rejects.toThrow('No matching distribution found');
    expect(peers.ready(context)).toBeUndefined();
  });

  it('says that there is no Python', async () => {
    await expect(peers.make(emptyProject())).rejects.toThrow('There is no Python on PATH.');
  });
});

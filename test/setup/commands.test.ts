import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { emptyProject, load, put, type Ran, type Run } from './program';

interface Commands {
  findProgram: (names: readonly string[], env: NodeJS.ProcessEnv) => string | undefined;
  createRunner(options: {
    cwd: string;
    logFolder: string;
    env: NodeJS.ProcessEnv;
    started?: (pid: number | undefined) => void;
  }): { run: Run; stop: () => void };
  whatWentWrong: (ran: Pick<Ran, 'output' | 'reason'>, count?: number) => string;
}

interface Lock {
  processIdentity: (pid: number) => string | undefined;
}

let commands: Commands;

beforeAll(async () => {
  commands = await load<Commands>('commands.mjs');
});

function runner(started?: (pid: number | undefined) => void): ReturnType<Commands['createRunner']> {
  const { root, lab } = emptyProject();
  const options = { cwd: root, logFolder: path.join(lab, 'logs'), env: process.env, started };
  return commands.createRunner(options);
}

const node = (program: string): string[] => [process.execPath, '-e', program];

describe('findProgram', () => {
  it('takes the first name that is executable in any folder of PATH', () => {
    const { root } = emptyProject();
    const compiler = put(root, 'two/c++');
    put(root, 'one/unrelated');
    const env = { PATH: [path.join(root, 'one'), path.join(root, 'two')].join(path.delimiter) };
    expect(commands.findProgram(['g++', 'c++'], env)).toBe(compiler);
    expect(commands.findProgram(['g++'], env)).toBeUndefined();
    expect(commands.findProgram(['c++'], {})).toBeUndefined();
  });
});

describe('run', () => {
  it('keeps what a program prints on both streams', async () => {
    const program = `console.log('out'); console.error('err ' + process.env.EXTRA)`;
    const ran = await runner().run('talk', node(program), { seconds: 20, env: { EXTRA: 'yes' } });
    expect(ran.ok).toBe(true);
    expect(ran.output.split('\n').sort()).toEqual(['', 'err yes', 'out']);
  });

  it('says how a program failed', async () => {
    const { run } = runner();
    const failed = await run('fail', node('process.exit(3)'), { seconds: 20 });
    expect(failed).toMatchObject({ ok: false, reason: 'ended with exit code 3' });
    const absent = await run('absent', ['/no/such/program'], { seconds: 20 });
    expect(absent.reason).toContain('cannot be started');
  });

  it('ends a program and what that has started when its time is up', async () => {
    const child = `require('node:child_process').spawn('sleep', ['60']).on('spawn', function () { console.log(this.pid) });`;
    const { processIdentity } = await load<Lock>('lock.mjs');
    const ran = await runner().run('sleep', node(`${child} setInterval(() => {}, 1000)`), {
      seconds: 1,
    });
    expect(ran).toMatchObject({ ok: false, reason: 'not finished after 1 s' });
    const grandchild = Number(ran.output.trim());
    expect(grandchild).toBeGreaterThan(0);
    await expect.poll(() => processIdentity(grandchild)).toBeUndefined();
  });

  it('tells which process runs, and that none does any more', async () => {
    const heard: (number | undefined)[] = [];
    await runner((pid) => heard.push(pid)).run('quick', node(''), { seconds: 20 });
    expect(heard).toEqual([expect.any(Number), undefined]);
  });
});

describe('whatWentWrong', () => {
  it.each([
    [
      'npm',
      'npm warn old config\nnpm error code ECONNREFUSED\nnpm error syscall connect\nnpm error A complete log of this run can be found in: x',
      'npm error code ECONNREFUSED',
    ],
    [
      'pip',
      "WARNING: Retrying after connection broken by 'NewConnectionError(x)'\nERROR: No matching distribution found for x",
      'ERROR: No matching distribution found for x',
    ],
    [
      'g++',
      'In file included from a.cc:1:\na.cc:2:10: fatal error: tensorflow/c/c_api.h: No such file\ncompilation terminated.',
      'a.cc:2:10: fatal error: tensorflow/c/c_api.h: No such file',
    ],
    ['anything else', 'first\n\nlast\n', 'ended with exit code 1'],
  ])('finds the line of %s that says what went wrong', (_program, output, line) => {
    const reason = 'ended with exit code 1';
    expect(commands.whatWentWrong({ output, reason })).toBe(line);
  });

  it('does not take a stray line for the reason when a program was stopped', () => {
    const stopped = { output: 'ERROR: retrying', reason: 'not finished after 5 s' };
    expect(commands.whatWentWrong(stopped)).toBe('not finished after 5 s');
  });
});

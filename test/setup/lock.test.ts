import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { emptyProject, load, put } from './program';

interface Lock {
  takeLock(
    lab: string,
    options?: { seconds?: number; say?: (text: string) => void },
  ): Promise<{ childStarted: (pid?: number) => void; release: () => void }>;
  processIdentity: (pid: number) => string | undefined;
}

let lock: Lock;

beforeAll(async () => {
  lock = await load<Lock>('lock.mjs');
});

const lockFile = (lab: string): string => path.join(lab, 'setup.lock');

/** The number of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('takeLock', () => {
  it('makes a second set-up wait, and say so, until the first is done', async () => {
    const { lab } = emptyProject();
    const first = await lock.takeLock(lab);
    const said: string[] = [];
    const second = lock.takeLock(lab, { say: (text) => said.push(text) });
    await expect.poll(() => said).toEqual([expect.stringContaining('Another set-up is running')]);
    first.release();
    (await second).release();
    expect(existsSync(lockFile(lab))).toBe(false);
  });

  it('gives up in the end, naming the file', async () => {
    const { lab } = emptyProject();
    await lock.takeLock(lab);
    await expect(lock.takeLock(lab, { seconds: 0 })).rejects.toThrow(lockFile(lab));
  });

  it.each([
    ['was killed', async () => JSON.stringify({ own: `${await endedProcess()}:1` })],
    // The number of a killed set-up may belong to another process by now: the test's own, here.
    [
      'left a number that is in use again',
      () => Promise.resolve(JSON.stringify({ own: `${process.pid}:1` })),
    ],
    ['could not even write its file', () => Promise.resolve('{"own":')],
  ])('takes over from a set-up that %s', async (_case, content) => {
    const { root, lab } = emptyProject();
    put(root, '.lab/setup.lock', await content());
    (await lock.takeLock(lab, { seconds: 5 })).release();
  });

  it.runIf(process.platform === 'linux')(
    'ends the program that a killed set-up left behind',
    async () => {
      const { root, lab } = emptyProject();
      const child = spawn('sleep', ['60'], { detached: true });
      const ended = once(child, 'exit');
      const content = {
        own: `${await endedProcess()}:1`,
        child: lock.processIdentity(child.pid ?? 0),
      };
      put(root, '.lab/setup.lock', JSON.stringify(content));
      (await lock.takeLock(lab)).release();
      expect(await ended).toEqual([null, 'SIGKILL']);
    },
  );
});

import { spawn, spawnSync } from 'node:child_process';
import type * as fileSystem from 'node:fs';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { takeLock } from '../../lib/results/lock';
import { ownIdentity } from '../../lib/results/processIdentity';

/** What another process does before (`rename`) or after (`read`) this one does something with the lock. */
const meanwhile: { read?: (file: string) => void; rename?: () => void } = {};

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof fileSystem>();
  return {
    ...fs,
    readFileSync: (...words: Parameters<typeof fs.readFileSync>) => {
      const content = fs.readFileSync(...words);
      meanwhile.read?.(String(words[0]));
      return content;
    },
    renameSync: (...words: Parameters<typeof fs.renameSync>) => {
      meanwhile.rename?.();
      fs.renameSync(...words);
    },
  };
});

const PROGRAM = path.join(__dirname, 'lockProcess.mjs');

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lab-lock-'));
  file = path.join(folder, 'a-run.lock');
  writeFileSync(file, JSON.stringify({ ...ownIdentity(), started: 'before', since: 'then' }));
});
afterEach(() => {
  delete meanwhile.read;
  delete meanwhile.rename;
  rmSync(folder, { recursive: true });
});

/** Waits without giving way to anything else in this process. */
function waitUntil(holds: () => boolean): void {
  const end = Date.now() + 30_000;
  while (!holds() && Date.now() < end)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  expect(holds()).toBe(true);
}

describe('of two processes that find the lock of a dead one', () => {
  it('the slower one takes nothing from the one that was faster', async () => {
    const dead = readFileSync(file, 'utf8');
    let winner: number | undefined;
    meanwhile.read = (name) => {
      if (name !== file) return;
      delete meanwhile.read;
      const child = spawn(process.execPath, [PROGRAM, file], {
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      winner = child.pid;
      waitUntil(() => readFileSync(file, 'utf8') !== dead);
    };
    await expect(takeLock(file)).rejects.toThrow(/^Process \d+ on/);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: winner });
    expect(readdirSync(folder)).toEqual(['a-run.lock']);
  });

  it('the one that comes while the other takes it over is refused', async () => {
    let said = '';
    meanwhile.rename = () => {
      said = spawnSync(process.execPath, [PROGRAM, file], { encoding: 'utf8', input: '' }).stdout;
    };
    const lock = await takeLock(file);
    expect(said).toMatch(new RegExp(`^Process ${process.pid} on .* delete ${file}`));
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

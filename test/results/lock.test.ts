import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { LabError } from '../../lib/errors';
import { takeLock } from '../../lib/results/lock';
import { mayRun, ownIdentity } from '../../lib/results/processIdentity';

let folder: string;
let file: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lab-lock-'));
  file = path.join(folder, 'a-run.lock');
});
afterEach(() => {
  children.splice(0).forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true });
});

/** A process that takes the lock at a moment; what it says: "held", or why not. */
async function taker(moment = 0): Promise<{ child: ChildProcess; said: string }> {
  const program = path.join(__dirname, 'lockProcess.mjs');
  const child = spawn(process.execPath, [program, file, String(moment)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: String(text).trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const owner = (changes: object = {}) => ({ ...ownIdentity(), since: '2026-01-01', ...changes });

describe('the lock of a run', () => {
  it('is a file while it is held, and gone afterwards', async () => {
    const lock = await takeLock(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      pid: process.pid,
      host: os.hostname(),
    });
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    (await takeLock(file)).release();
  });

  it('of this process refuses a second taker in it', async () => {
    const lock = await takeLock(file);
    await expect(takeLock(file)).rejects.toThrow(LabError);
    await expect(takeLock(file)).rejects.toThrow(`Process ${process.pid} on`);
    lock.release();
  });

  it('of a living process refuses others: they name the file, the process and what to do', async () => {
    const { child, said } = await taker();
    expect(said).toBe('held');
    const refused = takeLock(file);
    await expect(refused).rejects.toThrow(LabError);
    await expect(refused).rejects.toThrow(`Process ${child.pid} on ${os.hostname()}`);
    await expect(refused).rejects.toThrow(`Wait for it or stop it`);
    await expect(refused).rejects.toThrow(`delete ${file}`);
    const ended = once(child, 'exit');
    child.stdin?.end();
    await ended;
    expect(readdirSync(folder)).toEqual([]);
  });

  it('goes with a process that ends by itself, however suddenly', async () => {
    const { child, said } = await taker();
    expect(said).toBe('held');
    const ended = once(child, 'exit');
    child.stdin?.write('end at once');
    expect((await ended)[0]).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a process on another machine refuses, since nobody here knows whether it lives', async () => {
    writeFileSync(file, JSON.stringify(owner({ host: 'elsewhere', pid: 1 })));
    await expect(takeLock(file)).rejects.toThrow('Process 1 on elsewhere');
  });

  it('of a killed process is taken over', async () => {
    const { child } = await taker();
    await kill(child);
    expect(existsSync(file)).toBe(true);
    const lock = await takeLock(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['half of it', '{"pid":12,"ho'],
    ['another thing', '[1, 2]'],
    ['no number of a process', JSON.stringify(owner({ pid: -1 }))],
  ])('that holds %s is taken over', async (_what, content) => {
    writeFileSync(file, content);
    (await takeLock(file)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'of a dead process whose number another one has now is taken over',
    async () => {
      writeFileSync(file, JSON.stringify(owner({ started: 'another boot:1' })));
      (await takeLock(file)).release();
    },
  );

  it('is taken over by one of several that come at once', async () => {
    const { child } = await taker();
    await kill(child);
    const moment = Date.now() + 700;
    const takers = await Promise.all(Array.from({ length: 5 }, () => taker(moment)));
    const [winner, ...others] = takers.filter(({ said }) => said === 'held');
    expect(others).toEqual([]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: winner.child.pid });
  });

  it('is taken over also when a process was killed while it took it over', async () => {
    const { child } = await taker();
    await kill(child);
    const digest = createHash('sha256').update(readFileSync(file, 'utf8')).digest('hex');
    const claim = `${file}.${digest.slice(0, 16)}`;
    writeFileSync(claim, JSON.stringify(owner({ pid: child.pid })));
    (await takeLock(file)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('stays with who has it when an earlier holder gives it back late', async () => {
    const first = await takeLock(file);
    rmSync(file);
    const second = await takeLock(file);
    first.release();
    expect(existsSync(file)).toBe(true);
    second.release();
    expect(existsSync(file)).toBe(false);
  });
});

describe('a process', () => {
  it('may run while it does, and not afterwards', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    children.push(child);
    const identity = { pid: child.pid ?? 0, host: os.hostname() };
    expect(mayRun(identity)).toBe(true);
    await kill(child);
    expect(mayRun(identity)).toBe(false);
  });
});

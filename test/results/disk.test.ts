import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { LabError } from '../../lib/errors';
import { parseRecord } from '../../lib/results/parseRecord';
import { emptyFolder, filesBelow, smallDisk, stopAt, TINY, work } from './smallRuns';

const onLinux = process.platform === 'linux';

/** A process that works on a tiny run; what it prints last. `before` is a command of the shell that runs first. */
function workInProcess(
  folder: string,
  { before = 'true', everySteps = 2, user = process.getuid?.() } = {},
): string {
  const program = path.join(__dirname, '../training/runProcess.mjs');
  const options = { folder, overrides: TINY, checkpoints: { everySteps } };
  const { stdout } = spawnSync(
    'bash',
    ['-c', `${before}; exec "$@"`, 'bash', process.execPath, program, JSON.stringify(options)],
    { encoding: 'utf8', uid: user, gid: user },
  );
  return stdout.trim().split('\n').at(-1) ?? '';
}

/** Fills a disk to its last byte. */
function fill(disk: string): string {
  const ballast = path.join(disk, 'ballast');
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize));
  return ballast;
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LabError);
  return (error as LabError).message;
}

const MEBIBYTE = 2 ** 20;

describe.runIf(onLinux)('a full disk', () => {
  it('that does not take a checkpoint: the run says where it goes on, and does when there is space', async (context) => {
    const disk = smallDisk(16 * MEBIBYTE);
    // Where this user may not make a disk, the limit of a file's size below stands for it.
    if (!disk) return context.skip();
    const ballast = path.join(disk, 'ballast');
    const onStep = ({ step }: { step: number }) => {
      if (step === 6) fill(disk);
    };
    const message = await messageOf(work(disk, { onStep, checkpoints: { everySteps: 2 } }));
    expect(message).toMatch(
      /\/checkpoints\/test-.*\/step-00000006 cannot be written: the disk is full/,
    );
    expect(message).toContain(
      'Free space, then run the same command again: it goes on from step 4.',
    );
    const left = filesBelow(disk);
    expect(left.map((file) => path.basename(file))).toEqual([
      'ballast',
      'step-00000002.safetensors',
      'step-00000004.safetensors',
      expect.stringMatching(/jsonl$/),
    ]);

    rmSync(ballast);
    const resumed: number[] = [];
    const { record } = await work(disk, { onResume: ({ step }) => resumed.push(step) });
    expect(resumed).toEqual([4]);
    expect(record.final).toMatchObject({ status: 'done', step: 8 });
  });

  it('that does not take a line of the record: the record keeps its complete lines', async (context) => {
    const disk = smallDisk(16 * MEBIBYTE);
    if (!disk) return context.skip();
    const folder = path.join(disk, 'results');
    const onEpoch = () => expect.unreachable('an epoch whose line is not on the disk');
    const onStep = ({ step }: { step: number }) => {
      if (step !== 4) return;
      // Leaves room for the beginning of the line only, in the last page of the record.
      const [record] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
      const file = path.join(folder, record);
      const rest = 4096 - (readFileSync(file).length % 4096);
      appendFileSync(file, '\n'.repeat(rest - 50));
      fill(disk);
    };
    const message = await messageOf(work(folder, { onStep, onEpoch }));
    expect(message).toMatch(/\.jsonl cannot be written: the disk is full \(ENOSPC\)/);
    expect(message).toContain('it starts from the beginning');
    const [name] = readdirSync(folder).filter((entry) => entry.endsWith('.jsonl'));
    const text = readFileSync(path.join(folder, name), 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    expect(parseRecord(text, name).epochs).toEqual([]);
    expect(existsSync(path.join(folder, `${path.basename(name, '.jsonl')}.lock`))).toBe(false);
    rmSync(path.join(disk, 'ballast'));
    expect((await work(folder)).record.final?.status).toBe('done');
  });

  it('is like a limit of the size of files: nothing is lost, and the run goes on without the limit', () => {
    const folder = emptyFolder();
    // A checkpoint takes 1.8 MB.
    const message = workInProcess(folder, { before: 'ulimit -f 1000' });
    expect(message).toContain('files of this size are not allowed here (EFBIG)');
    expect(message).toContain('Raise the limit (ulimit -f), then run the same command again');
    expect(filesBelow(folder)).toEqual([expect.stringMatching(/jsonl$/)]);
    expect(workInProcess(folder)).toBe('done');
  });
});

describe.runIf(onLinux)('a results folder that cannot be written to', () => {
  it('is named, with the cause and what to do', (context) => {
    const isRoot = process.getuid?.() === 0;
    const folder = emptyFolder();
    const results = path.join(folder, 'results');
    mkdirSync(results);
    writeFileSync(path.join(results, 'of-others.jsonl'), 'kept');
    chmodSync(folder, 0o755);
    chmodSync(results, 0o555);
    // To root no folder is read-only.
    const user = isRoot ? 65534 : process.getuid?.();
    const message = workInProcess(results, { user });
    // A checkout in the home of root cannot be read by others: the read-only disk below stands for this.
    if (isRoot && message === '') return context.skip();
    expect(message).toMatch(/\.lock cannot be written: this user may not write there \(EACCES\)/);
    expect(message).toContain('Allow it, then run the same command again');
    expect(readdirSync(results)).toEqual(['of-others.jsonl']);
    if (isRoot) chownSync(results, 65534, 65534);
    chmodSync(results, 0o755);
    expect(workInProcess(results, { user })).toBe('done');
  });

  it('is named when its disk is read-only', async (context) => {
    const disk = smallDisk(16 * MEBIBYTE);
    if (!disk) return context.skip();
    await work(disk, stopAt(2));
    const before = filesBelow(disk);
    expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).toBe(0);
    const message = await messageOf(work(disk));
    expect(message).toMatch(/\.lock cannot be written: the file system is read-only \(EROFS\)/);
    expect(message).toContain('Make it writable, then run the same command again');
    expect(filesBelow(disk)).toEqual(before);
    spawnSync('mount', ['-o', 'remount,rw', disk]);
    expect((await work(disk)).record.final?.status).toBe('done');
    // A finished run needs nothing written.
    expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).toBe(0);
    expect((await work(disk)).skipped).toBe(true);
  });
});

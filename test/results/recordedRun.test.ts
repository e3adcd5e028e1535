import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import type { Overrides } from '../../lib/config';
import { LabError, UsageError } from '../../lib/errors';
import type { RecordedOutcome } from '../../lib/results/recordedRun';
import type { Checkpoint } from '../../lib/training/checkpointFile';
import { CheckpointKeeper } from '../../lib/training/checkpointKeeper';
import { CheckpointFolder } from '../../lib/training/checkpoints';
import { hasTensorflow } from '../hasTensorflow';
import {
  bitsOf,
  emptyFolder,
  filesBelow,
  newFolder,
  stopAt,
  timeless,
  TINY,
  work,
} from './smallRuns';

/** An uninterrupted run: its record without times, its last tensors, its files. */
async function uninterrupted(overrides: Overrides = {}) {
  const folder = newFolder();
  const outcome = await work(folder, {}, overrides);
  const result = {
    id: outcome.record.run.id,
    record: timeless(outcome.record),
    bits: bitsOf(outcome),
    files: filesBelow(folder),
  };
  rmSync(folder, { recursive: true });
  return result;
}

let reference: Awaited<ReturnType<typeof uninterrupted>>;

beforeAll(async () => {
  reference = await uninterrupted();
}, 60_000);

function expectSame(outcome: RecordedOutcome, expected = reference): void {
  expect(timeless(outcome.record)).toEqual(expected.record);
  expect(bitsOf(outcome)).toEqual(expected.bits);
}

const recordIn = (folder: string) => path.join(folder, `${reference.id}.jsonl`);
const lockIn = (folder: string) => path.join(folder, `${reference.id}.lock`);
const checkpointsIn = (folder: string) => path.join(folder, 'checkpoints', reference.id);

/** The error of a promise that is expected to fail with a message for the user. */
async function labError(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LabError);
  return (error as LabError).message;
}

describe('a finished run', () => {
  it('leaves its record and the checkpoints that are kept, and is not trained again', async () => {
    const folder = emptyFolder();
    const first = await work(folder);
    expect(first.skipped).toBe(false);
    expect(first.record.final).toMatchObject({ status: 'done', step: 8 });
    expect(first.record.probes.map(({ step }) => step)).toEqual([1, 3, 6]);
    const checkpoints = path.join('checkpoints', reference.id);
    expect(filesBelow(folder)).toEqual([
      path.join(checkpoints, 'step-00000004.safetensors'),
      path.join(checkpoints, 'step-00000008.safetensors'),
      `${reference.id}.jsonl`,
    ]);
    expect(path.dirname(first.checkpoint ?? '')).toBe(checkpointsIn(folder));
    const text = readFileSync(recordIn(folder));
    const onStep = () => expect.unreachable('a step of a finished run');
    expect(await work(folder, { onStep })).toEqual({ ...first, skipped: true });
    expect(readFileSync(recordIn(folder))).toEqual(text);
  });

  it('of a killed process loses the lock that is still there', async () => {
    const folder = emptyFolder();
    await work(folder);
    writeFileSync(lockIn(folder), 'of a dead process');
    await work(folder);
    expect(filesBelow(folder)).toEqual(reference.files);
  });

  it('gets its last line from its last checkpoint when it was killed between the two', async () => {
    const folder = emptyFolder();
    await work(folder);
    const lines = readFileSync(recordIn(folder), 'utf8').trim().split('\n');
    writeFileSync(recordIn(folder), `${lines.slice(0, -1).join('\n')}\n{"type":"fin`);
    const onStep = () => expect.unreachable('a step of a run that had ended');
    const outcome = await work(folder, { onStep, onResume: onStep });
    expectSame(outcome);
    expect(filesBelow(folder)).toEqual(reference.files);
  });

  it('keeps that it diverged, and its weights, which are no numbers', async () => {
    const folder = emptyFolder();
    const changes = { 'optimizer.learningRate': 1e30 };
    const first = await work(folder, {}, changes);
    expect(first.record.final?.status).toBe('diverged');
    const file = path.join(folder, `${first.record.run.id}.jsonl`);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(0, text.lastIndexOf('{"type":"final"')));
    const again = await work(folder, {}, changes);
    expect(timeless(again.record)).toEqual(timeless(first.record));
    expect(bitsOf(again)).toEqual(bitsOf(first));
  });
});

describe('a run that died', () => {
  it('between its last checkpoint and its last line is not trained on', async () => {
    const folder = emptyFolder();
    await work(folder, stopAt(2));
    const checkpoints = new CheckpointFolder(checkpointsIn(folder), reference.id);
    const stopped = checkpoints.openNewest(() => expect.unreachable('damage'));
    const keeper = new CheckpointKeeper(
      checkpoints,
      {},
      { seconds: () => 9, commits: [] },
      stopped,
    );
    keeper.save({ ...(stopped as Checkpoint).position, status: 'died' }, new Map());
    stopped?.close();
    const onStep = () => expect.unreachable('a step of a run that had died');
    const { record } = await work(folder, { onStep });
    expect(record.final).toMatchObject({ status: 'died', step: 2, top1Error: null });
    expect(record.final?.wallSeconds).toBeGreaterThanOrEqual(9);
    expect((await work(folder, { onStep })).skipped).toBe(true);
  });
});

describe('a run that stops early', () => {
  it('says so, also when it was killed before its last line', async () => {
    const folder = emptyFolder();
    const overrides = { epochs: 5, earlyStopping: { patience: 1, minimumDelta: 99 } };
    const { record } = await work(folder, {}, overrides);
    expect(record.epochs.length).toBeLessThan(5);
    expect(record.final).toMatchObject({ status: 'done', stoppedEarly: true });
    const file = path.join(folder, `${record.run.id}.jsonl`);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(0, text.lastIndexOf('{"type":"final"')));
    expect(timeless((await work(folder, {}, overrides)).record)).toEqual(timeless(record));
  });
});

describe('a stopped run', () => {
  /** Stops in the middle of an epoch, at its last step, and in the second one. */
  const stopsAndGoesOn = async (overrides: Overrides) => {
    const expected = await uninterrupted(overrides);
    const folder = emptyFolder();
    for (const step of [2, 4, 7]) {
      const { record } = await work(folder, stopAt(step), overrides);
      expect(record.final).toMatchObject({ status: 'stopped', step });
    }
    expectSame(await work(folder, {}, overrides), expected);
    expect(filesBelow(folder)).toEqual(
      // The checkpoint of the last stop is among the two newest.
      expected.files.map((file) => file.replace('step-00000004', 'step-00000007')).sort(),
    );
  };

  it.skipIf(!hasTensorflow)('goes on bit for bit on the native backend, eagerly', () =>
    stopsAndGoesOn({}),
  );

  it.skipIf(!hasTensorflow)('goes on bit for bit on the native backend, compiled', () =>
    stopsAndGoesOn({ execution: 'compiled' }),
  );

  it('goes on bit for bit on wasm', () => stopsAndGoesOn({ backend: 'wasm' }));

  it('tells where it goes on, and then only what is new', async () => {
    const folder = emptyFolder();
    const { checkpoint } = await work(folder, stopAt(5));
    const told: unknown[] = [];
    await work(folder, {
      onResume: ({ step, epochs }, file) => told.push(['resume', step, epochs.length, file]),
      onStep: ({ step }) => told.push(step),
      onProbe: ({ step }) => told.push(['probe', step]),
      onEpoch: ({ epoch }) => told.push(['epoch', epoch]),
    });
    expect(told).toEqual([['resume', 5, 1, checkpoint], ['probe', 6], 6, 7, 8, ['epoch', 2]]);
  });

  it('adds up its wall time', async () => {
    const folder = emptyFolder();
    const first = await work(folder, stopAt(5));
    const second = await work(folder, stopAt(6));
    const third = await work(folder);
    const seconds = [first, second, third].map(({ record }) => record.final?.wallSeconds ?? 0);
    expect(seconds[0]).toBeGreaterThan(0);
    expect(seconds[1]).toBeGreaterThan(seconds[0]);
    expect(seconds[2]).toBeGreaterThan(seconds[1]);
  });
});

describe('a killed run', () => {
  /** Throws at a step: a process that ends there without a word, but for what a test can put back. */
  const killedAt = async (folder: string, step: number, everySteps?: number) => {
    const onStep = (progress: { step: number }) => {
      if (progress.step === step) throw new Error('killed');
    };
    await expect(work(folder, { onStep, checkpoints: { everySteps } })).rejects.toThrow('killed');
  };

  it('goes on from its newest checkpoint, through all that a killed process leaves', async () => {
    const folder = emptyFolder();
    await killedAt(folder, 7, 2);
    expect(readFileSync(recordIn(folder), 'utf8')).not.toContain('"final"');
    // Lines that came after the checkpoint, half a line, half a checkpoint, half a record, and a lock.
    const line = readFileSync(recordIn(folder), 'utf8').split('\n')[1];
    appendFileSync(recordIn(folder), `${line}\n{"type":"epo`);
    writeFileSync(path.join(checkpointsIn(folder), 'step-00000007.99.tmp'), 'half');
    writeFileSync(`${recordIn(folder)}.99.tmp`, 'half');
    writeFileSync(lockIn(folder), 'of a dead process');
    writeFileSync(`${lockIn(folder)}.0123456789abcdef`, 'of a dead process that wanted the lock');
    let from = 0;
    const outcome = await work(folder, { onResume: ({ step }) => (from = step) });
    expect(from).toBe(6);
    expectSame(outcome);
    expect(filesBelow(folder).filter((file) => !file.startsWith('checkpoints'))).toEqual([
      `${reference.id}.jsonl`,
    ]);
  });

  it('without a checkpoint begins again', async () => {
    const folder = emptyFolder();
    await killedAt(folder, 3);
    expect(existsSync(checkpointsIn(folder))).toBe(false);
    expectSame(await work(folder, { onResume: () => expect.unreachable('no checkpoint') }));
    expect(filesBelow(folder)).toEqual(reference.files);
  });

  it('whose record is missing is not trained over its checkpoints', async () => {
    const folder = emptyFolder();
    await killedAt(folder, 6);
    rmSync(recordIn(folder));
    const message = await labError(work(folder));
    expect(message).toContain(`${recordIn(folder)} is not there, but its checkpoints in`);
    expect(message).toContain('delete that folder');
    expect(readdirSync(checkpointsIn(folder))).toHaveLength(1);
    expect(existsSync(lockIn(folder))).toBe(false);
  });

  it('whose checkpoints are missing is not trained over its record', async () => {
    const folder = emptyFolder();
    await work(folder, stopAt(6));
    rmSync(checkpointsIn(folder), { recursive: true });
    const record = readFileSync(recordIn(folder));
    const message = await labError(work(folder));
    expect(message).toContain(
      `${recordIn(folder)} tells of finished epochs (1), but there is no checkpoint`,
    );
    expect(message).toContain('move the record away');
    expect(readFileSync(recordIn(folder))).toEqual(record);
  });

  it('elsewhere than it began says what is different', async () => {
    const folder = emptyFolder();
    await work(folder, stopAt(6));
    const text = readFileSync(recordIn(folder), 'utf8');
    writeFileSync(recordIn(folder), text.replace(/"cores":\d+/, '"cores":99'));
    const warnings: string[] = [];
    await work(folder, { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([expect.stringContaining('cores was 99 and is')]);
  });

  it('whose record lacks lines that the checkpoint knows is not trained on', async () => {
    const folder = emptyFolder();
    await killedAt(folder, 6);
    const [first] = readFileSync(recordIn(folder), 'utf8').split('\n');
    writeFileSync(recordIn(folder), `${first}\n`);
    expect(await labError(work(folder))).toContain(
      `${recordIn(folder)} does not begin with the 1 epoch and 2 probe lines`,
    );
    expect(readFileSync(recordIn(folder), 'utf8')).toBe(`${first}\n`);
  });
});

describe('a damaged checkpoint', () => {
  const spoil = (file: string) => {
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] ^= 4;
    writeFileSync(file, bytes);
  };

  it('costs the steps since the one before it', async () => {
    const folder = emptyFolder();
    const { checkpoint = '' } = await work(folder, {
      ...stopAt(7),
      checkpoints: { everySteps: 3 },
    });
    spoil(checkpoint);
    const [warnings, resumed]: [string[], number[]] = [[], []];
    const outcome = await work(folder, {
      onWarning: (text) => warnings.push(text),
      onResume: ({ step }) => resumed.push(step),
    });
    expect(warnings).toEqual([expect.stringContaining(`${checkpoint} is damaged`)]);
    expect(warnings[0]).toContain('goes on from step 6');
    expect(resumed).toEqual([6]);
    expectSame(outcome);
    expect(existsSync(`${checkpoint}.damaged`)).toBe(true);
  });

  it('that is the only one stops the run until the user decides', async () => {
    const folder = emptyFolder();
    const { checkpoint = '' } = await work(folder, stopAt(2));
    const record = readFileSync(recordIn(folder));
    spoil(checkpoint);
    for (let attempt = 0; attempt < 2; attempt++) {
      const message = await labError(work(folder));
      expect(message).toContain(`No checkpoint in ${checkpointsIn(folder)} is whole`);
      expect(message).toContain('delete that folder and the record of the run');
    }
    expect(readFileSync(recordIn(folder))).toEqual(record);
    rmSync(checkpointsIn(folder), { recursive: true });
    rmSync(recordIn(folder));
    expectSame(await work(folder));
  });
});

describe('a record', () => {
  it('of a newer schema is refused and left as it is', async () => {
    const folder = emptyFolder();
    await work(folder, stopAt(2));
    const newer = readFileSync(recordIn(folder), 'utf8').replace(/"schema":\d+/, '"schema":99');
    writeFileSync(recordIn(folder), newer);
    const before = filesBelow(folder);
    const message = await labError(work(folder));
    expect(message).toContain(`${recordIn(folder)}, line 1 has schema 99`);
    expect(message).toContain('Update the kit');
    expect(readFileSync(recordIn(folder), 'utf8')).toBe(newer);
    expect(filesBelow(folder)).toEqual(before);
  });

  it('is refused when the data are not those of its first line', async () => {
    const folder = emptyFolder();
    await work(folder, stopAt(2));
    const text = readFileSync(recordIn(folder), 'utf8').replace(
      /"sha256":"[^"]+"/,
      '"sha256":"00"',
    );
    writeFileSync(recordIn(folder), text);
    expect(await labError(work(folder))).toContain('is about other data than synthetic is now');
    expect(readFileSync(recordIn(folder), 'utf8')).toBe(text);
  });

  it('names the commits that worked on it beside the first', async () => {
    const folder = emptyFolder();
    await work(folder, stopAt(2));
    const text = readFileSync(recordIn(folder), 'utf8');
    const { git } = JSON.parse(text.split('\n')[0]) as RecordedOutcome['record']['run'];
    const other = text.replace(`"commit":${JSON.stringify(git.commit)}`, '"commit":"0123"');
    writeFileSync(recordIn(folder), other);
    const { record } = await work(folder);
    expect(record.final?.otherCommits).toEqual([
      git.commit === null ? 'unknown' : `${git.commit}${git.dirty ? '-dirty' : ''}`,
    ]);
  });
});

describe('wrong choices', () => {
  it.each([
    ['of checkpoints', { checkpoints: { last: 0 } }, {}],
    ['of data', {}, { 'data.trainImages': 9999 }],
    ['of the execution', {}, { backend: 'wasm', execution: 'compiled' }],
  ])('%s are refused and leave nothing', async (_what, options, overrides) => {
    const folder = emptyFolder();
    await expect(work(folder, options, overrides)).rejects.toThrow(UsageError);
    expect(filesBelow(folder)).toEqual([]);
  });
});

describe('a second process on the same run', () => {
  it('refuses, names the first, and takes nothing from it', async () => {
    const folder = emptyFolder();
    const options = { folder, overrides: { ...TINY, epochs: 100 } };
    const program = path.join(__dirname, '../training/runProcess.mjs');
    const child = spawn(process.execPath, [program, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await lines.next();
    const message = await labError(work(folder, {}, { epochs: 100 }));
    expect(message).toContain(`Process ${child.pid} on`);
    expect(message).toMatch(/\.lock\)\. Wait for it or stop it/);
    // The first goes on.
    expect((await lines.next()).value).toMatch(/^step \d+$/);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const controller = new AbortController();
    const onStep = () => controller.abort();
    const { record } = await work(folder, { onStep, signal: controller.signal }, { epochs: 100 });
    expect(record.final?.status).toBe('stopped');
  });
});

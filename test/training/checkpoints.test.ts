import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { LabError, UsageError } from '../../lib/errors';
import { CheckpointKeeper } from '../../lib/training/checkpointKeeper';
import { CheckpointFolder } from '../../lib/training/checkpoints';
import {
  type CheckpointChoices,
  completeChoices,
  retainedSteps,
} from '../../lib/training/retention';
import { emptyFolder, epochLine, position, put, RUN } from './madeCheckpoints';

const notes = { seconds: () => 7, commits: ['abc'] };

function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] ^= 255;
  writeFileSync(file, bytes);
}

function steps(folder: string): number[] {
  return readdirSync(folder).map((name) => Number(name.slice(5, 13)));
}

describe('retention', () => {
  const kept = (
    all: number[],
    epochs: [step: number, error: number][],
    choices: CheckpointChoices = {},
  ) =>
    [
      ...retainedSteps(
        all,
        epochs.map(([step, error]) => epochLine(step, error)),
        completeChoices(choices),
      ),
    ].sort((a, b) => a - b);

  it('keeps the last two and the best epoch by default', () => {
    expect(kept([10, 20, 30, 40, 50], [])).toEqual([40, 50]);
    expect(
      kept(
        [10, 20, 30, 40],
        [
          [10, 40],
          [20, 30],
          [30, 35],
          [40, 31],
        ],
      ),
    ).toEqual([20, 30, 40]);
  });

  it('counts a checkpoint that is last and best once', () => {
    expect(
      kept(
        [10, 20],
        [
          [10, 40],
          [20, 30],
        ],
      ),
    ).toEqual([10, 20]);
    expect(
      kept(
        [10, 20, 30],
        [
          [10, 40],
          [20, 30],
          [30, 20],
        ],
        { last: 1 },
      ),
    ).toEqual([30]);
  });

  it('takes the first of equally good epochs, and none whose error is not a number', () => {
    expect(
      kept(
        [10, 20, 30],
        [
          [10, 30],
          [20, 30],
          [30, NaN],
        ],
        { last: 1 },
      ),
    ).toEqual([10, 30]);
  });

  it('counts only epochs that have a checkpoint', () => {
    expect(
      kept(
        [20, 30],
        [
          [10, 1],
          [20, 5],
          [30, 6],
        ],
        { last: 1 },
      ),
    ).toEqual([20, 30]);
  });

  it('keeps as many as asked for', () => {
    const epochs: [number, number][] = [
      [10, 1],
      [20, 2],
      [30, 3],
      [40, 4],
    ];
    expect(kept([10, 20, 30, 40, 45], epochs, { last: 1, best: 2 })).toEqual([10, 20, 45]);
    expect(kept([10, 20, 30, 40, 45], epochs, { last: 3, best: 0 })).toEqual([30, 40, 45]);
  });

  it.each([
    [{ last: 0 }, 'checkpoints.last is 0: expected a whole number from 1 on'],
    [{ best: -1 }, 'checkpoints.best is -1: expected a whole number from 0 on'],
    [{ everySteps: 2.5 }, 'checkpoints.everySteps is 2.5: expected a whole number from 1 on'],
    [{ everySeconds: NaN }, 'checkpoints.everySeconds is NaN: expected a number above 0'],
  ])('refuses %j', (choices, message) => {
    expect(() => completeChoices(choices)).toThrow(UsageError);
    expect(() => completeChoices(choices)).toThrow(message);
  });
});

describe('the keeper', () => {
  const keeper = (folder: CheckpointFolder, choices: CheckpointChoices) =>
    new CheckpointKeeper(folder, choices, notes);

  it('saves at the end of epochs and of the run, and every so many steps', () => {
    const own = keeper(new CheckpointFolder(emptyFolder(), RUN), { everySteps: 4 });
    expect([1, 2, 3, 4, 5, 8].filter((step) => own.due(position(step), 'step'))).toEqual([4, 8]);
    for (const moment of ['epoch', 'stop', 'end'] as const) {
      expect(own.due(position(3), moment)).toBe(true);
    }
  });

  it('saves when enough time has gone by since the last checkpoint', async () => {
    const often = keeper(new CheckpointFolder(emptyFolder(), RUN), { everySeconds: 0.05 });
    expect(often.due(position(1), 'step')).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(often.due(position(2), 'step')).toBe(true);
    often.save(position(2), new Map());
    expect(often.due(position(3), 'step')).toBe(false);
  });

  it('keeps what is to be kept, and of one step the newest', () => {
    const folder = new CheckpointFolder(emptyFolder(), RUN);
    const saving = keeper(folder, {});
    const epochs = [epochLine(2, 30), epochLine(4, 40), epochLine(6, 45)];
    saving.save(position(2, { epochs: epochs.slice(0, 1) }), new Map());
    saving.save(position(4), new Map());
    saving.save(position(4, { epochs: epochs.slice(0, 2) }), new Map());
    expect(steps(folder.folder)).toEqual([2, 4]);
    saving.save(position(5, { epochs: epochs.slice(0, 2) }), new Map());
    saving.save(position(6, { epochs }), new Map());
    saving.save(position(6, { epochs, status: 'done' }), new Map());
    expect(steps(folder.folder)).toEqual([2, 5, 6]);
    expect(saving.file).toBe(folder.newestFile());
    const newest = folder.openNewest(() => undefined);
    expect(newest?.position.status).toBe('done');
    expect(newest?.notes).toEqual({ run: RUN, ...notes, seconds: 7 });
    newest?.close();
  });

  it('says where the run would go on', () => {
    const folder = new CheckpointFolder(emptyFolder(), RUN);
    const first = keeper(folder, {});
    expect(first.goesOn()).toBe('it starts from the beginning');
    first.save(position(12), new Map());
    expect(first.goesOn()).toBe('it goes on from step 12');
    const from = folder.openNewest(() => undefined);
    expect(new CheckpointKeeper(folder, {}, notes, from).goesOn()).toBe('it goes on from step 12');
    from?.close();
  });
});

describe('the folder of checkpoints', () => {
  const opened = (folder: string) => {
    const warnings: string[] = [];
    const checkpoint = new CheckpointFolder(folder, RUN).openNewest((text) => warnings.push(text));
    checkpoint?.close();
    return { step: checkpoint?.position.step, file: checkpoint?.file, warnings };
  };

  it('has no newest where there is none', () => {
    expect(opened(path.join(emptyFolder(), 'none'))).toEqual({ warnings: [] });
  });

  it('gives the newest, at one step the one of the later moment', () => {
    const folder = emptyFolder();
    put(folder, position(9));
    put(folder, position(10, { epochs: [epochLine(10)], status: 'died' }), {
      seconds: 3,
    });
    put(folder, position(10, { epochs: [epochLine(10)] }), { seconds: 2 });
    put(folder, position(10), { seconds: 9 });
    const newest = new CheckpointFolder(folder, RUN).openNewest(() => undefined);
    expect(newest?.position.status).toBe('died');
    newest?.close();
  });

  it('puts a damaged newest aside, says so, and gives the one before', () => {
    const folder = emptyFolder();
    const before = put(folder, position(4));
    const newest = put(folder, position(6));
    damage(newest);
    const { step, warnings } = opened(folder);
    expect(step).toBe(4);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${newest} is damaged: its SHA-256 begins with`);
    expect(warnings[0]).toContain(`${path.basename(newest)}.damaged`);
    expect(warnings[0]).toContain(`goes on from step 4, ${before}`);
    expect(existsSync(newest)).toBe(false);
    expect(existsSync(`${newest}.damaged`)).toBe(true);
    expect(opened(folder)).toEqual({ step: 4, file: before, warnings: [] });
  });

  it('puts one aside whose name was spoilt', () => {
    const folder = emptyFolder();
    put(folder, position(4));
    copyFileSync(put(folder, position(5)), path.join(folder, 'step-x.safetensors'));
    const { step, warnings } = opened(folder);
    expect(step).toBe(5);
    expect(warnings).toEqual([expect.stringContaining('step-x.safetensors is damaged: its name')]);
  });

  it('refuses to go on when all are damaged, also the second time, and deletes none', () => {
    const folder = emptyFolder();
    const files = [put(folder, position(4)), put(folder, position(6))];
    files.forEach(damage);
    expect(() => opened(folder)).toThrow(LabError);
    expect(() => opened(folder)).toThrow(`No checkpoint in ${folder} is whole`);
    expect(() => opened(folder)).toThrow('delete that folder and the record of the run');
    expect(readdirSync(folder).sort()).toEqual(
      files.map((file) => `${path.basename(file)}.damaged`).sort(),
    );
  });

  it('refuses another run and leaves its file alone', () => {
    const folder = emptyFolder();
    const file = put(folder, position(4), { run: 'another' });
    expect(() => opened(folder)).toThrow(`${file} is a checkpoint of the run another`);
    expect(existsSync(file)).toBe(true);
  });

  it('clears away half-written files only', () => {
    const folder = emptyFolder();
    const file = put(folder, position(4));
    writeFileSync(path.join(folder, 'step-00000005.123.tmp'), 'half');
    new CheckpointFolder(folder, RUN).clear();
    expect(readdirSync(folder)).toEqual([path.basename(file)]);
  });
});

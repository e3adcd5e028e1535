import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { randomStream } from '../../lib/data/random';
import { readRecord } from '../../lib/results/store';
import { openCheckpoint, stepOfName } from '../../lib/training/checkpointFile';
import { CheckpointFolder } from '../../lib/training/checkpoints';
import type { Position } from '../../lib/training/snapshot';
import { bitsOf, filesBelow, newFolder, timeless, TINY } from '../results/smallRuns';

const KILLS = 40;

/** Three epochs of four steps, saved at each; compiled where there is TensorFlow. */
const RUN = {
  overrides: { ...TINY, epochs: 3, execution: undefined },
  checkpoints: { everySteps: 1 },
};

/** What a process is doing when it is killed: anything (after a while), or writing one of its files. */
const OCCASIONS = ['time', 'checkpoint', 'record', 'checkpoint', 'lock'] as const;
type Occasion = (typeof OCCASIONS)[number];

interface Kill {
  readonly occasion: Occasion;
  /** Which of the changes of that file it is. */
  readonly change: number;
  /** How long after it, or after the start of the process. */
  readonly milliseconds: number;
}

/** Processes that work on one run in a folder, one after the other. */
class Victim {
  readonly folder = newFolder();
  private readonly checkpoints: string;

  constructor(private readonly id: string) {
    this.checkpoints = path.join(this.folder, 'checkpoints', id);
    // So that it can be watched before the run makes it.
    mkdirSync(this.checkpoints, { recursive: true });
  }

  /** Lets a process work and kills it at its moment; false when it had ended by then. */
  async killOnce(kill: Kill): Promise<boolean> {
    const child = startIn(this.folder);
    const ended = endOf(child);
    const moment = this.moment(kill);
    await Promise.race([ended, moment.comes]);
    moment.forget();
    child.kill('SIGKILL');
    return (await ended) === 'SIGKILL';
  }

  /** What the last process was doing when it was killed, as far as its files tell. */
  marks(): string[] {
    const [checkpoints, files] = [readdirSync(this.checkpoints), readdirSync(this.folder)];
    const has = (pattern: RegExp) => files.some((name) => pattern.test(name));
    const record = has(/\.jsonl$/)
      ? readFileSync(path.join(this.folder, `${this.id}.jsonl`), 'utf8')
      : '\n';
    const steps = checkpoints.flatMap((name) => stepOfName(name) ?? []);
    const saved = checkpoints
      .filter((name) => stepOfName(name) !== undefined)
      .map((name) => this.positionIn(name));
    const epochs = record.split('"type":"epoch"').length - 1;
    const marks: readonly (readonly [string, boolean])[] = [
      ['a checkpoint half written', checkpoints.some((name) => name.endsWith('.tmp'))],
      ['a checkpoint written, others not yet removed', steps.length > new Set(steps).size],
      ['a record half written', has(/\.jsonl.*\.tmp$/) || !record.endsWith('\n')],
      [
        'a line written, its checkpoint not',
        epochs > Math.max(0, ...saved.map((position) => position.epochs.length)),
      ],
      [
        'the last checkpoint written, the last line not',
        saved.some(({ status }) => status) && !record.includes('"final"'),
      ],
      ['the lock being taken', has(/\.lock\..*/)],
      ['the lock held', has(/\.lock$/)],
    ];
    return marks.filter(([, holds]) => holds).map(([mark]) => mark);
  }

  /** Lets a process end the run. */
  async finish(): Promise<void> {
    expect(await endOf(startIn(this.folder))).toBe(0);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private positionIn(name: string): Position {
    const checkpoint = openCheckpoint(path.join(this.checkpoints, name), this.id);
    checkpoint.close();
    return checkpoint.position;
  }

  private moment({ occasion, change, milliseconds }: Kill) {
    if (occasion === 'time') return { comes: sleep(milliseconds), forget: () => undefined };
    const [folder, pattern] = {
      checkpoint: [this.checkpoints, /\.tmp$/] as const,
      record: [this.folder, /\.jsonl/] as const,
      lock: [this.folder, /\.lock$/] as const,
    }[occasion];
    let changes = 0;
    let come = (): void => undefined;
    const comes = new Promise<void>((resolve) => (come = resolve));
    const watcher = watch(folder, (_event, name) => {
      if (!pattern.test(name ?? '') || ++changes !== change) return;
      // A timer waits for a millisecond at least, which is long beside the writing of a small file.
      if (milliseconds < 1) come();
      else setTimeout(come, milliseconds);
    });
    return { comes, forget: () => watcher.close() };
  }
}

function startIn(folder: string): ChildProcess {
  const program = path.join(__dirname, 'runProcess.mjs');
  return spawn(process.execPath, [program, JSON.stringify({ folder, ...RUN })], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
}

/** The signal that ended a process, or its exit code. */
async function endOf(child: ChildProcess): Promise<string | number | null> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal ?? code;
}

/** The record without times, the bits of the last weights, and the files of a run that has ended. */
function resultIn(folder: string) {
  const [name] = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  const record = readRecord(path.join(folder, name));
  const { id } = record.run;
  const checkpoints = new CheckpointFolder(path.join(folder, 'checkpoints', id), id);
  const checkpoint = checkpoints.newestFile();
  return {
    id,
    record: timeless(record),
    bits: bitsOf({ record, checkpoint, skipped: false }),
    files: filesBelow(folder),
  };
}

describe('a run whose process is killed again and again', () => {
  let reference: ReturnType<typeof resultIn>;
  /** How long a process lives that is left alone. */
  let life = 0;
  const victims: Victim[] = [];

  beforeAll(async () => {
    const folder = newFolder();
    const start = performance.now();
    expect(await endOf(startIn(folder))).toBe(0);
    life = performance.now() - start;
    reference = resultIn(folder);
    rmSync(folder, { recursive: true });
  }, 120_000);
  afterAll(() => victims.forEach((victim) => victim.remove()));

  const newVictim = () => {
    const victim = new Victim(reference.id);
    victims.push(victim);
    return victim;
  };

  it(`at ${KILLS} moments ends as the one that was left alone, and leaves nothing over`, async () => {
    const random = randomStream(1602);
    const upTo = (most: number) => 1 + Math.floor(most * random());
    const counts: Record<string, number> = {};
    let victim = newVictim();
    let [kills, finished] = [0, 0];
    for (let attempt = 0; kills < KILLS; attempt++) {
      const occasion = OCCASIONS[attempt % OCCASIONS.length];
      const change = upTo({ time: 1, checkpoint: 6, record: 3, lock: 2 }[occasion]);
      const longest = { time: 1.1 * life, checkpoint: 8, record: 4, lock: 30 }[occasion];
      if (await victim.killOnce({ occasion, change, milliseconds: longest * random() })) {
        kills += 1;
        for (const mark of [
          occasion === 'time' ? 'at any time' : `at a change of the ${occasion}`,
          ...victim.marks(),
        ])
          counts[mark] = (counts[mark] ?? 0) + 1;
      } else {
        expect(resultIn(victim.folder)).toEqual(reference);
        finished += 1;
        victim = newVictim();
      }
    }
    await victim.finish();
    expect(resultIn(victim.folder)).toEqual(reference);
    console.log(`${kills} kills, ${finished + 1} runs that ended; of the kills:`, counts);
    expect(counts['a checkpoint half written']).toBeGreaterThan(0);
    expect(counts['the lock held']).toBeGreaterThan(KILLS / 2);
  });
});

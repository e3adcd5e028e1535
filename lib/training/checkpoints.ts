import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

import { LabError } from '../errors';
import { TEMPORARY } from '../files/durable';
import { type Checkpoint, DamagedCheckpoint, openCheckpoint, stepOfName } from './checkpointFile';
import { type CheckpointChoices, retainedSteps } from './retention';
import type { Position } from './snapshot';

/** Ends the name of a checkpoint that was found damaged; it is put aside, never deleted. */
const DAMAGED = '.damaged';

/** The checkpoints of one run, in a folder of their own; only the holder of the run's lock may change them. */
export class CheckpointFolder {
  constructor(
    readonly folder: string,
    readonly run: string,
  ) {}

  /** The file of the newest checkpoint by its name, unread; undefined when there is none. */
  newestFile(): string | undefined {
    const [newest] = this.steps();
    return newest === undefined ? undefined : this.file(this.namesAt(newest)[0]);
  }

  /**
   * The newest checkpoint that is whole; undefined when the run has none. The caller closes it.
   *
   * Damaged ones are put aside, and `warn` is told which, and what is used instead. Throws a LabError when all are damaged,
   * and for one of a newer version or of another run.
   */
  openNewest(warn: (text: string) => void): Checkpoint | undefined {
    const damages = this.strangers().map((name) =>
      this.putAside(name, `${this.file(name)} is damaged: its name is not that of a checkpoint.`),
    );
    let newest: Checkpoint | undefined;
    for (const step of this.steps()) newest ??= this.newestAt(step, damages);
    if (!newest && this.names().some((name) => name.endsWith(DAMAGED))) {
      throw this.nothingLeft(damages);
    }
    for (const damage of damages) {
      warn(`${damage} The run goes on from step ${newest?.position.step}, ${newest?.file}.`);
    }
    return newest;
  }

  /** Deletes the checkpoints that are not to be kept, and of those at the newest one's step all others. */
  prune(newest: string, { epochs }: Position, choices: Required<CheckpointChoices>): void {
    const kept = retainedSteps(this.steps(), epochs, choices);
    const newestStep = stepOfName(path.basename(newest));
    for (const step of this.steps()) {
      for (const name of this.namesAt(step)) {
        const isSuperseded = step === newestStep && this.file(name) !== newest;
        if (isSuperseded || !kept.has(step)) rmSync(this.file(name));
      }
    }
  }

  /** Deletes all of them, of a run that has ended. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Deletes what killed processes left half written. */
  clear(): void {
    const temporary = this.names().filter((name) => name.endsWith(TEMPORARY));
    temporary.forEach((name) => rmSync(this.file(name)));
  }

  /** Of the checkpoints at one step the one that was written last: at the end of an epoch there can be several. */
  private newestAt(step: number, damages: string[]): Checkpoint | undefined {
    const [newest, ...others] = this.namesAt(step)
      .flatMap((name) => this.openOr(name, damages) ?? [])
      .sort((a, b) => progress(b) - progress(a) || b.notes.seconds - a.notes.seconds);
    others.forEach((other) => other.close());
    return newest;
  }

  private openOr(name: string, damages: string[]): Checkpoint | undefined {
    try {
      return openCheckpoint(this.file(name), this.run);
    } catch (error) {
      if (!(error instanceof DamagedCheckpoint)) throw error;
      damages.push(this.putAside(name, error.message));
      return undefined;
    }
  }

  private putAside(name: string, why: string): string {
    renameSync(this.file(name), this.file(name + DAMAGED));
    return `${why} It is called ${name}${DAMAGED} now.`;
  }

  private nothingLeft(damages: readonly string[]): LabError {
    return new LabError(
      [
        ...damages,
        `No checkpoint in ${this.folder} is whole, so the run ${this.run} cannot go on. ` +
          'Put a good copy of one there, or delete that folder and the record of the run to train it again from the start.',
      ].join(' '),
    );
  }

  /** The steps at which there is a checkpoint, the newest first. */
  private steps(): readonly number[] {
    const steps = this.names().flatMap((name) => stepOfName(name) ?? []);
    return [...new Set(steps)].sort((a, b) => b - a);
  }

  private namesAt(step: number): readonly string[] {
    return this.names().filter((name) => stepOfName(name) === step);
  }

  /** Files that seem to have been checkpoints, under names that none has. */
  private strangers(): readonly string[] {
    return this.names().filter(
      (name) =>
        stepOfName(name) === undefined &&
        (name.startsWith('step-') || name.endsWith('.safetensors')) &&
        !name.endsWith(DAMAGED) &&
        !name.endsWith(TEMPORARY),
    );
  }

  private names(): readonly string[] {
    return existsSync(this.folder) ? readdirSync(this.folder).sort() : [];
  }

  private file(name: string): string {
    return path.join(this.folder, name);
  }
}

/** Grows from moment to moment of a run that share a step. */
function progress({ position: { epochs, status } }: Checkpoint): number {
  return 2 * epochs.length + (status ? 1 : 0);
}

import type * as tf from '@tensorflow/tfjs';

import { writing } from '../files/diskError';
import {
  type Checkpoint,
  type CheckpointNotes,
  checkpointStem,
  writeCheckpoint,
} from './checkpointFile';
import type { CheckpointFolder } from './checkpoints';
import { type CheckpointChoices, completeChoices } from './retention';
import type { Moment, Position, SnapshotKeeper } from './snapshot';

/** What the keeper asks for whenever it writes a checkpoint. */
export interface KeeperNotes {
  /** Wall time of the run so far, in seconds, over all its sessions. */
  readonly seconds: () => number;
  readonly commits: readonly string[];
}

/** Saves a run while it trains: at the end of every epoch, when it is stopped or ends, and as often as was chosen. */
export class CheckpointKeeper implements SnapshotKeeper {
  private readonly choices: Required<CheckpointChoices>;
  private savedAt = performance.now();
  private newest: { readonly file: string; readonly step: number } | undefined;

  /** `from`: the checkpoint that the run goes on from. Throws a UsageError for choices that are wrong. */
  constructor(
    private readonly folder: CheckpointFolder,
    choices: CheckpointChoices | undefined,
    private readonly notes: KeeperNotes,
    from?: Checkpoint,
  ) {
    this.choices = completeChoices(choices);
    if (from) {
      this.newest = { file: from.file, step: from.position.step };
    }
  }

  due({ step }: Position, moment: Moment): boolean {
    if (moment !== 'step') return true;
    // By the step itself, so that a run that was killed is saved at the same moments as one that was not.
    return (
      step % this.choices.everySteps === 0 ||
      performance.now() - this.savedAt >= 1000 * this.choices.everySeconds
    );
  }

  /** Throws a LabError that names the file, the cause and the remedy when the disk does not take the checkpoint. */
  save(position: Position, tensors: ReadonlyMap<string, tf.Tensor>): void {
    const notes: CheckpointNotes = {
      run: this.folder.run,
      seconds: this.notes.seconds(),
      commits: this.notes.commits,
    };
    writing(checkpointStem(this.folder.folder, position.step), this.goesOn, () => {
      const file = writeCheckpoint(this.folder.folder, notes, position, tensors);
      this.newest = { file, step: position.step };
      this.prune(position);
    });
    this.savedAt = performance.now();
  }

  /** Deletes what is not to be kept beside the newest checkpoint, at this position. */
  prune(position: Position): void {
    if (this.newest) this.folder.prune(this.newest.file, position, this.choices);
  }

  /** The file of the newest checkpoint that is on the disk. */
  get file(): string | undefined {
    return this.newest?.file;
  }

  /** Where the run would go on, as the end of a message. */
  readonly goesOn = (): string =>
    this.newest ? `it goes on from step ${this.newest.step}` : 'it starts from the beginning';
}

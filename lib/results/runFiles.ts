import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { writingLater } from '../files/diskError';
import { CheckpointFolder } from '../training/checkpoints';
import { type RunLock, takeLock } from './lock';
import type { RunRecord } from './record';
import { clearRecord, finishedRecord, recordFile } from './store';

/** Where the files of one run are. */
export class RunFiles {
  readonly record: string;
  readonly lock: string;
  readonly checkpoints: CheckpointFolder;

  /** `folder`: that of the experiment's records at a scale. */
  constructor(
    readonly folder: string,
    readonly id: string,
  ) {
    this.record = recordFile(folder, id);
    this.lock = path.join(folder, `${id}.lock`);
    this.checkpoints = new CheckpointFolder(path.join(folder, 'checkpoints', id), id);
  }

  /** The record of the run when it has ended by itself. Throws a LabError for a damaged record or one of a newer version. */
  finished(): RunRecord | undefined {
    return finishedRecord(this.folder, this.id);
  }

  /**
   * Does what only one process at a time may do with the run, after clearing away what killed processes left half written.
   *
   * Throws a LabError that names the lock file and the process when another one is at it.
   */
  async whileLocked<Result>(work: () => Promise<Result>): Promise<Result> {
    const lock = await this.takeLock();
    try {
      this.clear();
      return await work();
    } finally {
      lock.release();
    }
  }

  /** Clears away the lock that a process left when it was killed after the record was complete. */
  async clearFinished(): Promise<void> {
    if (!existsSync(this.lock)) return;
    try {
      await this.whileLocked(() => Promise.resolve());
    } catch {
      // Another process is about to give it back; or the folder is read-only, which harms nobody who only reads.
    }
  }

  private takeLock(): Promise<RunLock> {
    return writingLater(
      this.lock,
      () => 'it goes on from its newest checkpoint',
      () => takeLock(this.lock),
    );
  }

  private clear(): void {
    clearRecord(this.folder, this.id);
    this.checkpoints.clear();
    // Claims to locks of dead processes; who makes one sees that the lock has a living owner.
    const prefix = `${path.basename(this.lock)}.`;
    const claims = readdirSync(this.folder).filter((name) => name.startsWith(prefix));
    claims.forEach((name) => rmSync(path.join(this.folder, name), { force: true }));
  }
}

import { existsSync } from 'node:fs';

import { LabError } from '../errors';
import { writing } from '../files/diskError';
import type { Checkpoint } from '../training/checkpointFile';
import { CheckpointKeeper } from '../training/checkpointKeeper';
import type { CheckpointChoices } from '../training/retention';
import type { Position } from '../training/snapshot';
import { train, type TrainingEvents } from '../training/train';
import { describeEnvironment, describeGit, type Environment } from './environment';
import type { RecordLine, RunLine } from './record';
import type { RunFiles } from './runFiles';
import { commitName, finalLine, type RunEnd, runLine, type RunSetting } from './runLine';
import { type AppendLine, beginRecord, readRecord, resumeRecord } from './store';

/** What a recorded run tells, and how it is saved. */
export interface RecordedRunOptions extends TrainingEvents {
  readonly checkpoints?: CheckpointChoices;
  /** Called once, before the first step, when the run goes on from a checkpoint. */
  readonly onResume?: (position: Position, file: string) => void;
  /** Told what is not as it should be and could be helped, such as a damaged checkpoint beside a good one. */
  readonly onWarning?: (text: string) => void;
}

/**
 * Works on a run, from its newest checkpoint or from the beginning, until it ends or is stopped; its record and checkpoints
 * tell all of it. Only the holder of the run's lock may call this. Throws as `recordedRun` does.
 */
export async function runSession(
  files: RunFiles,
  setting: RunSetting,
  options: RecordedRunOptions,
): Promise<void> {
  const from = files.checkpoints.openNewest(options.onWarning ?? console.warn);
  try {
    const session = new Session(files, setting, options, from);
    await session.complete();
  } finally {
    from?.close();
  }
}

/** What of a machine decides the last bits of a result. */
const DECISIVE: readonly (keyof Environment)[] = [
  'tfjs',
  'processor',
  'cores',
  'oneDnn',
  'threads',
];

class Session {
  private readonly start = performance.now();
  private readonly run: RunLine;
  private readonly commits: readonly string[];
  private readonly keeper: CheckpointKeeper;
  private readonly appendLine: AppendLine;

  constructor(
    private readonly files: RunFiles,
    private readonly setting: RunSetting,
    private readonly options: RecordedRunOptions,
    private readonly from: Checkpoint | undefined,
  ) {
    this.run = from ? lineOfResumed(files, setting) : runLine(files.id, setting);
    const now = commitName(from ? describeGit() : this.run.git);
    this.commits = [...new Set([...(from?.notes.commits ?? []), now])];
    const notes = { seconds: () => this.seconds(), commits: this.commits };
    this.keeper = new CheckpointKeeper(files.checkpoints, options.checkpoints, notes, from);
    this.appendLine = this.writing(() => this.openRecord());
    if (from) this.keeper.prune(from.position);
  }

  async complete(): Promise<void> {
    const { from, options } = this;
    if (from && hasEnded(from.position)) {
      // It was killed between its last checkpoint and its last line.
      this.end(from.position);
      return;
    }
    if (from) {
      this.warnOfOtherMachine();
      options.onResume?.(from.position, from.file);
    }
    this.end(await this.train());
  }

  private train() {
    const { from, options, keeper } = this;
    const { config, dataset } = this.setting;
    const result = train(config, dataset, {
      ...options,
      resume: from,
      snapshots: keeper,
      onChange: (line) => {
        this.append(line);
        options.onChange?.(line);
      },
      onProbe: (line) => {
        this.append(line);
        options.onProbe?.(line);
      },
      onEpoch: (line) => {
        this.append(line);
        options.onEpoch?.(line);
      },
    });
    // Its tensors have been restored; an open file would take up the disk after it is deleted.
    from?.close();
    return result;
  }

  /** Another processor or number of threads adds in another order: the last bits are then not those of one machine. */
  private warnOfOtherMachine(): void {
    const [then, now] = [this.run.environment, describeEnvironment()];
    const changed = DECISIVE.filter((key) => then[key] !== now[key]);
    if (changed.length > 0) {
      const text = changed.map((key) => `${key} was ${then[key]} and is ${now[key]}`).join(', ');
      const { onWarning = console.warn } = this.options;
      onWarning(
        `The run goes on elsewhere than it began: ${text}. Its last bits can differ from those of one machine.`,
      );
    }
  }

  private end(end: RunEnd): void {
    const otherCommits = this.commits.filter((commit) => commit !== commitName(this.run.git));
    this.append({
      ...finalLine(end, this.setting.config, this.seconds()),
      ...(otherCommits.length > 0 && { otherCommits }),
    });
  }

  private openRecord(): AppendLine {
    const { files, from } = this;
    if (!from) {
      requireNothingLost(files);
      return beginRecord(files.folder, this.run);
    }
    const { epochs, probes } = from.position;
    return resumeRecord(files.folder, files.id, { epochs: epochs.length, probes });
  }

  private append(line: RecordLine): void {
    this.writing(() => this.appendLine(line));
  }

  private writing<Result>(write: () => Result): Result {
    return writing(this.files.record, this.keeper.goesOn, write);
  }

  /** Wall time of the run so far, over all its sessions that left a checkpoint. */
  private seconds(): number {
    return (this.from?.notes.seconds ?? 0) + (performance.now() - this.start) / 1000;
  }
}

/** A record of more than a killed first epoch had checkpoints once; they were taken away. */
function requireNothingLost(files: RunFiles): void {
  if (!existsSync(files.record)) return;
  const { epochs, final } = readRecord(files.record);
  if (epochs.length > 1 || final) {
    throw new LabError(
      `${files.record} tells of finished epochs (${epochs.length}), but there is no checkpoint in ${files.checkpoints.folder}. ` +
        'Put its checkpoints back to go on, or move the record away to train the run again from the start.',
    );
  }
}

function hasEnded(position: Position): position is Position & RunEnd {
  return position.status !== undefined && position.status !== 'stopped';
}

/** The first line of a run that goes on. Throws a LabError when it has no record, or is of other data. */
function lineOfResumed(files: RunFiles, { dataset }: RunSetting): RunLine {
  if (!existsSync(files.record)) {
    throw new LabError(
      `${files.record} is not there, but its checkpoints in ${files.checkpoints.folder} are. ` +
        'Put the record back to go on, or delete that folder to train the run again from the start.',
    );
  }
  const { run } = readRecord(files.record);
  if (run.data.sha256 !== dataset.sha256) {
    throw new LabError(
      `${files.record} is about other data than ${dataset.name} is now (SHA-256 ${run.data.sha256}, now ${dataset.sha256}). ` +
        `Restore the data to go on, or delete the record and ${files.checkpoints.folder} to train the run again.`,
    );
  }
  return run;
}

import { type Backend, selectBackend } from '../backend/select';
import { type Config, configHash, overrideConfig } from '../config';
import { loadTrainingData } from '../data/load';
import { requireTrainable } from '../training/train';
import type { RunRecord } from './record';
import { RunFiles } from './runFiles';
import { type RecordedRunOptions, runSession } from './runSession';
import { readRecord } from './store';

export type { RecordedRunOptions };

/** A run that is recorded in a file of its own. */
export interface RecordedRun {
  readonly experiment: string;
  readonly folder: string;
  readonly config: Config;
}

/** The record of a run, and whether it was there before. */
export interface RecordedOutcome {
  readonly record: RunRecord;
  readonly skipped: boolean;
  /** The file of the newest checkpoint. */
  readonly checkpoint?: string;
}

/** The runtime in use and the config that names it, so that runs on two runtimes have two records. */
export async function resolveBackend(
  config: Config,
): Promise<{ backend: Backend; config: Config }> {
  const backend = await selectBackend(config.backend);
  return { backend, config: overrideConfig(config, { backend: backend.name }) };
}

/** The name of a run's record: experiment, network, seed and a hash of the whole config. */
export function runId(experiment: string, config: Config): string {
  return `${experiment}-${config.network.name}-s${config.seed}-${configHash(config)}`;
}

/**
 * The name of a steered run's record ends in its start, to the millisecond: no two are the same run, whatever their config,
 * and none is taken for the run that goes by the config alone.
 */
export function steeredRunId(experiment: string, config: Config, start: Date): string {
  return `${runId(experiment, config)}-${start.toISOString().replace(/[-:.]/g, '')}`;
}

/**
 * Trains a config and writes its record line by line; a run that was stopped or killed goes on from its newest checkpoint
 * as if it had not been, and a finished one is not trained again. With `steer` each call is a run of its own, from the start
 * (`steeredRunId`).
 *
 * Throws a LabError that names the file and the remedy when another process works on the run, when its files are damaged
 * or of a newer version, and when the disk does not take what is written; what was complete stays in each case.
 */
export async function recordedRun(
  run: RecordedRun,
  options: RecordedRunOptions = {},
): Promise<RecordedOutcome> {
  const { backend, config } = await resolveBackend(run.config);
  const steered = options.steer !== undefined;
  const id = steered
    ? steeredRunId(run.experiment, config, new Date())
    : runId(run.experiment, config);
  const files = new RunFiles(run.folder, id);
  if (files.finished()) {
    await files.clearFinished();
    return outcome(files, true);
  }
  return files.whileLocked(async () => {
    // Another process may have ended it before this one got the lock.
    if (files.finished()) return outcome(files, true);
    const dataset = await loadTrainingData(config);
    // Before there is a record of a run that cannot be.
    requireTrainable(config, dataset);
    const setting = { experiment: run.experiment, backend, config, dataset, steered };
    await runSession(files, setting, options);
    return outcome(files, false);
  });
}

function outcome(files: RunFiles, skipped: boolean): RecordedOutcome {
  return { record: readRecord(files.record), skipped, checkpoint: files.checkpoints.newestFile() };
}

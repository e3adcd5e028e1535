import type { Config } from '../lib/config';
import type { FinalLine } from '../lib/results/record';
import { type RecordedOutcome, recordedRun } from '../lib/results/recordedRun';
import { recordFolder } from '../lib/results/store';
import type { TrainingEvents } from '../lib/training/train';

/** A run of a command; plain data, so that it can be handed to another process. */
export interface RunTask {
  readonly experiment: string;
  readonly scale: string;
  readonly config: Config;
}

/** Trains and records one run of a command in this process. */
export async function runTask(
  { experiment, scale, config }: RunTask,
  events: TrainingEvents,
): Promise<RecordedOutcome> {
  const folder = recordFolder(experiment, scale);
  return recordedRun({ experiment, folder, config }, events);
}

/** How a run ended, in a line. */
export function outcomeText({ record, skipped }: RecordedOutcome): string {
  return `${skipped ? 'finished before, skipped' : statusText(record.final)}  (${record.run.id})`;
}

function statusText(final: FinalLine | undefined): string {
  return final?.status === 'stopped'
    ? 'stopped; the same command goes on from there'
    : (final?.status ?? 'unfinished');
}

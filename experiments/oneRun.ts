import path from 'node:path';

import type { Config } from '../lib/config';
import type { FinalLine } from '../lib/results/record';
import {
  type RecordedOutcome,
  recordedRun,
  type RecordedRunOptions,
  resolveBackend,
  runId,
} from '../lib/results/recordedRun';
import { RunFiles } from '../lib/results/runFiles';
import { recordFolder } from '../lib/results/store';
import { openTensorBoard, type TensorBoardLog } from '../lib/results/tensorBoard';
import type { CheckpointChoices } from '../lib/training/retention';
import { RESIDUAL_SCALING } from './residualScaling';
import { WARM_UP } from './warmUp';

/** A run of a command; plain data, so that it can be handed to another process. */
export interface RunTask {
  readonly experiment: string;
  readonly scale: string;
  readonly config: Config;
  /** Whether event files for TensorBoard are written, too. */
  readonly tensorBoard?: boolean;
  readonly checkpoints?: CheckpointChoices;
}

/** What a run tells the command that it belongs to. */
export type RunEvents = Omit<RecordedRunOptions, 'checkpoints'>;

/** Experiments of hundreds of short runs, whose weights, some 100 MB each, nobody evaluates: only their records stay. */
const WITHOUT_WEIGHTS: ReadonlySet<string> = new Set([RESIDUAL_SCALING, WARM_UP]);

/** Trains and records one run of a command in this process. */
export async function runTask(task: RunTask, events: RunEvents): Promise<RecordedOutcome> {
  const outcome = await recordTask(task, events);
  const { run, final } = outcome.record;
  if (!WITHOUT_WEIGHTS.has(task.experiment) || final?.status === 'stopped') return outcome;
  new RunFiles(recordFolder(task.experiment, task.scale), run.id).checkpoints.remove();
  return { ...outcome, checkpoint: undefined };
}

async function recordTask(task: RunTask, events: RunEvents): Promise<RecordedOutcome> {
  const { experiment, scale, config } = task;
  const folder = recordFolder(experiment, scale);
  const log = task.tensorBoard ? await tensorBoardOf(folder, task) : undefined;
  return recordedRun(
    { experiment, folder, config },
    {
      ...events,
      checkpoints: task.checkpoints,
      onStep: (progress) => {
        log?.step(progress);
        events.onStep?.(progress);
      },
      onProbe: (line) => {
        log?.probe(line);
        events.onProbe?.(line);
      },
      onEpoch: (line) => {
        log?.epoch(line);
        events.onEpoch?.(line);
      },
    },
  ).finally(() => log?.flush());
}

async function tensorBoardOf(folder: string, task: RunTask): Promise<TensorBoardLog> {
  const { config } = await resolveBackend(task.config);
  return openTensorBoard(path.join(folder, 'tensorboard', runId(task.experiment, config)));
}

/** How a run ended, in a line. */
export function outcomeText({ record, skipped }: RecordedOutcome): string {
  return `${skipped ? 'finished before, skipped' : statusText(record.final)}  (${record.run.id})`;
}

function statusText(final: FinalLine | undefined): string {
  if (final?.status === 'stopped') {
    return `stopped after step ${final.step}; the same command goes on from there`;
  }
  return `${final?.status ?? 'unfinished'}${final?.stoppedEarly ? ', early' : ''}`;
}

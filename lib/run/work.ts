import path from 'node:path';

import type { Config } from '../config';
import { projectRoot } from '../projectRoot';
import type { EpochLine, RunRecord } from '../results/record';
import { recordedRun, type RecordedRunOptions } from '../results/recordedRun';
import { recordFile } from '../results/store';
import type { TrainingEvents } from '../training/train';
import { checkpointWeights } from './finalTensors';
import { FinishedRun } from './finishedRun';
import type { RunProgress } from './progress';
import type { RecordPlace } from './recordPlace';
import type { Replay } from './replay';
import type { RunWork } from './run';
import type { RunOptions, TrainCallbacks } from './trainOptions';
import { unrecordedRun } from './unrecordedRun';

/** Who is told how a run goes on. */
interface Listeners {
  readonly progress: RunProgress;
  readonly epochs: Replay<EpochLine>;
  readonly callbacks?: TrainCallbacks;
}

/** Trains, or goes on with, or finds again what the options ask for; nothing is recorded where there is no place. */
export function runWork(
  options: RunOptions,
  config: Config,
  place: RecordPlace | undefined,
  progress: RunProgress,
): RunWork {
  return async (signal, epochs) => {
    const listeners = { progress, epochs, callbacks: options.callbacks };
    const events = { ...eventsFor(listeners, signal), steer: options.steer };
    try {
      return place
        ? await inPlace(place, config, { ...events, checkpoints: options.checkpoints }, listeners)
        : await inMemory(config, events, progress);
    } catch (error) {
      progress.end(`failed: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  };
}

function eventsFor(
  { progress, epochs, callbacks }: Listeners,
  signal: AbortSignal,
): TrainingEvents {
  return {
    ...callbacks,
    signal,
    onStep: (step) => {
      progress.step(step);
      callbacks?.onStep?.(step);
    },
    onEpoch: (line) => {
      epochs.add(line);
      progress.epoch(line);
      callbacks?.onEpoch?.(line);
    },
  };
}

async function inPlace(
  { name, folder }: RecordPlace,
  config: Config,
  options: RecordedRunOptions,
  listeners: Listeners,
): Promise<FinishedRun> {
  const { record, skipped, checkpoint } = await recordedRun(
    { experiment: name, folder, config },
    {
      ...options,
      onResume: (position) => {
        addEarlier(position.epochs, listeners);
        listeners.progress.note(`goes on from step ${position.step}`);
      },
    },
  );
  addEarlier(record.epochs, listeners);
  const file = path.relative(projectRoot(), recordFile(folder, record.run.id));
  listeners.progress.end(
    `${skipped ? 'was trained before, ' : ''}${endOf(record, !options.steer)} (${file})`,
  );
  return new FinishedRun(record, () => checkpointWeights(checkpoint, record.run.id));
}

async function inMemory(
  config: Config,
  events: TrainingEvents,
  progress: RunProgress,
): Promise<FinishedRun> {
  const finished = await unrecordedRun(config, events);
  progress.end(endOf(finished.record, false));
  return finished;
}

/** Epochs of an earlier part of the run, which were told then. */
function addEarlier(lines: readonly EpochLine[], { progress, epochs }: Listeners): void {
  const missing = lines.slice(epochs.soFar.length);
  missing.forEach((line) => epochs.add(line));
  progress.earlier(missing);
}

/** How a run ended, in words. */
function endOf({ final, epochs }: RunRecord, canGoOn = true): string {
  const after = `after ${epochs.length} epoch${epochs.length === 1 ? '' : 's'}`;
  if (final?.status === 'stopped') {
    return `stopped ${after}${canGoOn ? '; the same call goes on from there' : ''}`;
  }
  const why = final?.stoppedEarly ? ', because its error had stopped falling' : '';
  return `${final?.status ?? 'stopped'} ${after}${why}`;
}

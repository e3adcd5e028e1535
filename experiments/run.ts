import { type Config, configHash, type Overrides } from '../lib/config';
import { type RecordedOutcome, resolveBackend, runId } from '../lib/results/recordedRun';
import type { Scale } from '../lib/results/scale';
import { finishedRecord, recordFolder } from '../lib/results/store';
import type { CheckpointChoices } from '../lib/training/retention';
import { cellTitles } from './cellTitle';
import { CONVERGENCE, convergenceConfigs } from './convergence';
import { interruption } from './interruption';
import { Jobs } from './jobs';
import { type RunTask, runTask } from './oneRun';
import { OPTIMIZERS, optimizersConfigs } from './optimizers';
import { type RunDisplay, type RunsDisplay, runsDisplay } from './progress';
import { RANDOM_SIZE_CROPS, randomSizeConfigs } from './randomSizeCrops';
import { RESIDUAL_SCALING, residualScalingConfigs } from './residualScaling';
import { completeQueue, type QueuedRun, type QueueWatcher } from './runQueue';
import { WARM_UP, warmUpConfigs } from './warmUp';

/** The experiments that train, by name, in the order of the paper's claims: each gives the configs of a scale. */
export const EXPERIMENTS: ReadonlyMap<
  string,
  (scale: Scale, overrides: Overrides) => readonly Config[]
> = new Map([
  [CONVERGENCE, convergenceConfigs],
  [RESIDUAL_SCALING, residualScalingConfigs],
  [WARM_UP, warmUpConfigs],
  [OPTIMIZERS, optimizersConfigs],
  [RANDOM_SIZE_CROPS, randomSizeConfigs],
]);

/** A planned run and whether its record is there already. */
export interface PlannedRun {
  readonly id: string;
  readonly config: Config;
  readonly finished: boolean;
}

/** What an experiment would run, without running it. */
export async function planRuns(
  experiment: string,
  scale: Scale,
  configs: readonly Config[],
): Promise<readonly PlannedRun[]> {
  const folder = recordFolder(experiment, scale);
  const resolved = await Promise.all(configs.map((config) => resolveBackend(config)));
  return resolved.map(({ config }) => {
    const id = runId(experiment, config);
    return { id, config, finished: finishedRecord(folder, id) !== undefined };
  });
}

/** How runs are run. */
export interface RunOptions {
  /** How many at a time, each in a process of its own; absent: one after the other in this process. */
  readonly jobs?: number;
  /** Whether event files for TensorBoard are written, too. */
  readonly tensorBoard?: boolean;
  readonly checkpoints?: CheckpointChoices;
}

/** What a command shows of a queue, and who is told how it goes on. */
export interface QueueView {
  /** Absent: one of its own. */
  readonly display?: RunsDisplay;
  readonly watcher?: QueueWatcher;
}

/** What came of the runs of a command. */
export interface RunsOutcome {
  /** In the order of the configs; those of runs that were not started, or failed, are missing. */
  readonly outcomes: readonly RecordedOutcome[];
  /** The exit code of a command that was interrupted. */
  readonly interrupted?: number;
}

/** Runs the configs of an experiment, equal ones once, as `runQueue` does; finished ones are skipped. */
export function runConfigs(
  experiment: string,
  scale: string,
  configs: readonly Config[],
  { jobs, ...taskOptions }: RunOptions = {},
): Promise<RunsOutcome> {
  const distinct = [...new Map(configs.map((config) => [configHash(config), config])).values()];
  const titles = cellTitles(distinct);
  const queue = distinct.map((config, index) => ({
    task: { experiment, scale, config, ...taskOptions },
    title: `[${index + 1}/${distinct.length}] ${titles[index]}`,
  }));
  return runQueue(queue, jobs);
}

/**
 * Trains runs; finished ones are skipped. An interrupt ends those under way after their current step and starts no others,
 * a second one ends the process.
 *
 * Without jobs, the first failure ends all; with jobs, the others go on and the failures are thrown at the end.
 */
export async function runQueue(
  queue: readonly QueuedRun[],
  jobs = 1,
  { display = runsDisplay(), watcher }: QueueView = {},
): Promise<RunsOutcome> {
  const interrupt = interruption(display.say, () => {
    processes.kill();
    display.stop();
  });
  const processes = new Jobs(interrupt.signal);
  const { signal } = interrupt;
  const complete = (task: RunTask, view: RunDisplay): Promise<RecordedOutcome> =>
    jobs > 1 ? processes.complete(task, view) : runTask(task, { ...view, signal });
  try {
    const outcomes = await completeQueue(queue, { jobs, signal, display, watcher, complete });
    return { outcomes, interrupted: interrupt.exitCode() };
  } finally {
    interrupt.release();
    display.stop();
  }
}

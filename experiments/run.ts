import type { Config, Overrides } from '../lib/config';
import { LabError, UsageError } from '../lib/errors';
import { type RecordedOutcome, resolveBackend, runId } from '../lib/results/recordedRun';
import type { Scale } from '../lib/results/scale';
import { finishedRecord, recordFolder } from '../lib/results/store';
import type { CheckpointChoices } from '../lib/training/retention';
import { CONVERGENCE, convergenceConfigs } from './convergence';
import { interruption } from './interruption';
import { Jobs } from './jobs';
import { outcomeText, type RunTask, runTask } from './oneRun';
import { OPTIMIZERS, optimizersConfigs } from './optimizers';
import { type RunDisplay, type RunsDisplay, runsDisplay } from './progress';
import { RESIDUAL_SCALING, residualScalingConfigs } from './residualScaling';
import { WARM_UP, warmUpConfigs } from './warmUp';

/** The experiments by name: each gives the configs of a scale. */
export const EXPERIMENTS: ReadonlyMap<
  string,
  (scale: Scale, overrides: Overrides) => readonly Config[]
> = new Map([
  [CONVERGENCE, convergenceConfigs],
  [RESIDUAL_SCALING, residualScalingConfigs],
  [WARM_UP, warmUpConfigs],
  [OPTIMIZERS, optimizersConfigs],
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

/** What came of the runs of a command. */
export interface RunsOutcome {
  /** In the order of the configs; those of runs that were not started, or failed, are missing. */
  readonly outcomes: readonly RecordedOutcome[];
  /** The exit code of a command that was interrupted. */
  readonly interrupted?: number;
}

/**
 * Runs configs; finished ones are skipped. An interrupt ends those under way after their current step and starts no
 * others, a second one ends the process.
 *
 * Without jobs, the first failure ends all; with jobs, the others go on and the failures are thrown at the end.
 */
export async function runConfigs(
  experiment: string,
  scale: string,
  configs: readonly Config[],
  { jobs = 1, ...taskOptions }: RunOptions = {},
): Promise<RunsOutcome> {
  const display = runsDisplay();
  const interrupt = interruption(display.say, () => {
    processes.kill();
    display.stop();
  });
  const processes = new Jobs(interrupt.signal);
  const { signal } = interrupt;
  const complete = (task: RunTask, view: RunDisplay): Promise<RecordedOutcome> =>
    jobs > 1 ? processes.complete(task, view) : runTask(task, { ...view, signal });
  const tasks = configs.map((config) => ({ experiment, scale, config, ...taskOptions }));
  try {
    const outcomes = await completeAll(tasks, jobs, signal, display, complete);
    return { outcomes, interrupted: interrupt.exitCode() };
  } finally {
    interrupt.release();
    display.stop();
  }
}

type Complete = (task: RunTask, view: RunDisplay) => Promise<RecordedOutcome>;

async function completeAll(
  tasks: readonly RunTask[],
  jobs: number,
  signal: AbortSignal,
  display: RunsDisplay,
  complete: Complete,
): Promise<readonly RecordedOutcome[]> {
  const outcomes: RecordedOutcome[] = [];
  const failures: Error[] = [];
  const queue = [...tasks.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
      const [index, task] = next;
      const title = titleOf(task, index, tasks.length);
      try {
        outcomes[index] = await completeOne(task, title, display, complete);
      } catch (error) {
        if (jobs === 1 || !isExpected(error)) throw error;
        display.say(`${title}  failed: ${error.message}`);
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, work));
  throwFailures(failures, tasks.length);
  return outcomes.filter(Boolean);
}

async function completeOne(
  task: RunTask,
  title: string,
  display: RunsDisplay,
  complete: Complete,
): Promise<RecordedOutcome> {
  const view = display.begin(title);
  const outcome = await complete(task, view).finally(view.end);
  display.say(`${title}  ${outcomeText(outcome)}`);
  return outcome;
}

function titleOf({ config }: RunTask, index: number, count: number): string {
  return `[${index + 1}/${count}] ${config.network.name} seed ${config.seed}`;
}

function isExpected(error: unknown): error is LabError | UsageError {
  return error instanceof LabError || error instanceof UsageError;
}

function throwFailures(failures: readonly Error[], count: number): void {
  if (failures.length === 0) {
    return;
  }
  const text = `${failures.length} of ${count} runs failed: ${failures[0].message}`;
  throw failures.every((failure) => failure instanceof UsageError)
    ? new UsageError(text)
    : new LabError(text);
}

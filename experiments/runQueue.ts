import { LabError, UsageError } from '../lib/errors';
import type { RecordedOutcome } from '../lib/results/recordedRun';
import type { StepProgress } from '../lib/training/train';
import { outcomeText, type RunTask } from './oneRun';
import type { RunDisplay, RunsDisplay } from './progress';

/** A run of a command and what it is called there. */
export interface QueuedRun {
  readonly task: RunTask;
  readonly title: string;
}

/** Is told how the runs of a queue go on, by their places in it. */
export interface QueueWatcher {
  readonly onStep: (index: number, progress: StepProgress) => void;
  /** `seconds`: how long it took here. */
  readonly onEnd: (index: number, outcome: RecordedOutcome, seconds: number) => void;
}

/** How a queue is worked off. */
export interface QueueOptions {
  /** How many runs at a time. */
  readonly jobs: number;
  /** No other run is begun when it aborts. */
  readonly signal: AbortSignal;
  readonly display: RunsDisplay;
  readonly watcher?: QueueWatcher;
  /** Trains one. */
  readonly complete: (task: RunTask, view: RunDisplay) => Promise<RecordedOutcome>;
}

/**
 * Works a queue off; the outcomes are in its order, those of runs that were not started, or failed, are missing.
 *
 * With one job the first failure ends all; with more, the others go on and the failures are thrown at the end.
 */
export async function completeQueue(
  queue: readonly QueuedRun[],
  options: QueueOptions,
): Promise<readonly RecordedOutcome[]> {
  const { jobs, signal, display } = options;
  const outcomes: RecordedOutcome[] = [];
  const failures: Error[] = [];
  const left = [...queue.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next && !signal.aborted; next = left.shift()) {
      const [index, run] = next;
      try {
        outcomes[index] = await completeOne(run, index, options);
      } catch (error) {
        if (jobs === 1 || !isExpected(error)) throw error;
        display.say(`${run.title}  failed: ${error.message}`);
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, queue.length) }, work));
  throwFailures(failures, queue.length);
  return outcomes.filter(Boolean);
}

async function completeOne(
  { task, title }: QueuedRun,
  index: number,
  { display, watcher, complete }: QueueOptions,
): Promise<RecordedOutcome> {
  const start = performance.now();
  const view = display.begin(title);
  const onStep = (progress: StepProgress): void => {
    view.onStep(progress);
    watcher?.onStep(index, progress);
  };
  const outcome = await complete(task, { ...view, onStep }).finally(view.end);
  display.say(`${title}  ${outcomeText(outcome)}`);
  watcher?.onEnd(index, outcome, (performance.now() - start) / 1000);
  return outcome;
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

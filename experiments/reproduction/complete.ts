import type { RecordedOutcome } from '../../lib/results/recordedRun';
import type { Scale } from '../../lib/results/scale';
import { EVALUATION_EXPERIMENTS, runEvaluations } from '../evaluations';
import { runQueue } from '../run';
import type { QueueWatcher } from '../runQueue';
import { type ReproductionDisplay, reproductionDisplay } from './display';
import type { WorkLeft } from './estimate';
import type { Forecast } from './forecast';

/** What is trained and evaluated, and what is told meanwhile. */
interface Work {
  readonly scale: Scale;
  readonly left: WorkLeft;
  readonly forecast: Forecast;
  readonly jobs: number;
}

/** Trains and evaluates what is left, with one view over all of it; returns the exit code of an interrupt, if there was one. */
export async function completeWork(work: Work): Promise<number | undefined> {
  const display = reproductionDisplay();
  const tell = (): void => display.overall(overall(work));
  try {
    if (count(work) > 0) tell();
    return (await trainAll(work, display, tell)) ?? (await evaluateAll(work, display, tell));
  } finally {
    display.stop();
  }
}

function count({ left }: Work): number {
  return left.trainings.length + left.evaluations.length;
}

function overall(work: Work) {
  const { ended, share, secondsLeft } = work.forecast;
  return { ended, of: count(work), share, secondsLeft };
}

async function trainAll(
  work: Work,
  display: ReproductionDisplay,
  tell: () => void,
): Promise<number | undefined> {
  const { scale, left, jobs } = work;
  const queue = left.trainings.map(({ experiment, config, title }, index) => ({
    task: { experiment, scale, config },
    title: numbered(work, index, title),
  }));
  const view = { display: display.runs, watcher: watcherOf(work, tell) };
  return (await runQueue(queue, jobs, view)).interrupted;
}

function watcherOf({ left, forecast }: Work, tell: () => void): QueueWatcher {
  return {
    onStep: (index, { step, totalSteps }) => {
      const { done } = left.trainings[index];
      forecast.reach(index, Math.max(0, (step / totalSteps - done) / (1 - done)));
      tell();
    },
    onEnd: (index, outcome, seconds) => {
      if (outcome.record.final?.status === 'stopped') return;
      forecast.end(index, isWhole(outcome) ? seconds : undefined);
      tell();
    },
  };
}

/** Whether a run did all its steps here or where it was interrupted; the time of one that died says nothing of others. */
function isWhole({ record, skipped }: RecordedOutcome): boolean {
  return !skipped && record.final?.status === 'done' && !record.final.stoppedEarly;
}

async function evaluateAll(
  work: Work,
  display: ReproductionDisplay,
  tell: () => void,
): Promise<number | undefined> {
  const { scale, left, forecast } = work;
  const first = left.trainings.length;
  for (const experiment of EVALUATION_EXPERIMENTS.keys()) {
    const wanted = [...left.evaluations.entries()].filter(
      ([, one]) => one.experiment === experiment,
    );
    if (wanted.length === 0) continue;
    const { interrupted } = await runEvaluations(
      experiment,
      scale,
      wanted.map(([, { planned }]) => planned),
      {
        display: display.evaluations,
        titles: wanted.map(([index, { title }]) => numbered(work, first + index, title)),
        onEnd: (index, { skipped }, seconds) => {
          forecast.end(first + wanted[index][0], skipped ? undefined : seconds);
          tell();
        },
      },
    );
    if (interrupted !== undefined) return interrupted;
  }
  return undefined;
}

function numbered(work: Work, index: number, title: string): string {
  return `[${index + 1}/${count(work)}] ${title}`;
}

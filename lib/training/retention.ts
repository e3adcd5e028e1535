import { UsageError } from '../errors';
import type { EpochLine } from '../results/record';

/** When a run is saved, and which of its checkpoints are kept. */
export interface CheckpointChoices {
  /** Steps from one checkpoint to the next, beside those at the end of an epoch and of the run (default: by time alone). */
  readonly everySteps?: number;
  /** Seconds from one checkpoint to the next (default 600: what a crash may cost). */
  readonly everySeconds?: number;
  /** How many of the newest are kept (default 2: a damaged one costs little). */
  readonly last?: number;
  /** How many of the best are kept, by the top-1 error at the end of their epoch (default 1). */
  readonly best?: number;
}

/** The choices with their defaults. Throws a UsageError that names what is wrong. */
export function completeChoices(choices: CheckpointChoices = {}): Required<CheckpointChoices> {
  const { everySteps = Infinity, everySeconds = 600, last = 2, best = 1 } = choices;
  check('everySteps', everySteps, everySteps === Infinity || isCount(everySteps, 1));
  check('everySeconds', everySeconds, everySeconds > 0);
  check('last', last, isCount(last, 1));
  check('best', best, isCount(best, 0));
  return { everySteps, everySeconds, last, best };
}

/** Which of a run's checkpoints, given by their steps, are kept: the last ones and those of the best epochs. */
export function retainedSteps(
  steps: readonly number[],
  epochs: readonly EpochLine[],
  { last, best }: Required<Pick<CheckpointChoices, 'last' | 'best'>>,
): ReadonlySet<number> {
  const newestFirst = [...new Set(steps)].sort((a, b) => b - a);
  // A comparison with not-a-number would put the others out of order.
  const ranked = epochs
    .filter(({ step, top1Error }) => newestFirst.includes(step) && Number.isFinite(top1Error))
    .sort((a, b) => a.top1Error - b.top1Error || a.step - b.step);
  return new Set([...newestFirst.slice(0, last), ...ranked.slice(0, best).map(({ step }) => step)]);
}

function isCount(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least;
}

function check(key: string, value: number, holds: boolean): void {
  if (!holds) {
    const expected =
      key === 'everySeconds'
        ? 'a number above 0'
        : `a whole number from ${key === 'best' ? 0 : 1} on`;
    throw new UsageError(`checkpoints.${key} is ${value}: expected ${expected}.`);
  }
}

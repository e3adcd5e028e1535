import type { ProbeLine, RunRecord } from '../results/record';
import { warmUpSteps } from '../training/schedules';

/** Decay of the moving average of the training error that ends a warm-up by `untilError`; it begins at 100 %. */
const ERROR_DECAY = 0.99;

/**
 * Training steps after which a run's warm-up ended; 0 without one. Undefined when it did not end, or, for a warm-up that
 * lasts until the training error is low enough, when the record does not hold the error of every step.
 */
export function warmUpEnd({ run, epochs, probes }: RunRecord): number | undefined {
  const { warmUp } = run.config;
  if (!warmUp) return 0;
  if (warmUp.untilError !== undefined) return firstBelow(warmUp.untilError, probes);
  if (warmUp.steps !== undefined) return warmUp.steps;
  const [first] = epochs;
  return first && warmUpSteps(warmUp, first.step / first.epoch);
}

function firstBelow(error: number, probes: readonly ProbeLine[]): number | undefined {
  let average = 100;
  for (const [index, { step, top1Error }] of probes.entries()) {
    if (step !== index + 1 || top1Error === undefined) return undefined;
    average = ERROR_DECAY * average + (1 - ERROR_DECAY) * top1Error;
    if (average < error) return step;
  }
  return undefined;
}

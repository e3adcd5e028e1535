import type { ProbeLine, RunRecord } from '../results/record';
import { warmUpSteps } from '../training/schedules';

/**
 * Training steps after which a run's warm-up ended; 0 without one. Undefined when it did not end, or, for a warm-up that
 * lasts until the training error is low enough, when the probes do not show at which step it did.
 */
export function warmUpEnd({ run, epochs, probes }: RunRecord): number | undefined {
  const { warmUp } = run.config;
  if (!warmUp) return 0;
  if (warmUp.untilError !== undefined) return lastAtRate(warmUp.learningRate, probes);
  if (warmUp.steps !== undefined) return warmUp.steps;
  const [first] = epochs;
  return first && warmUpSteps(warmUp, first.step / first.epoch);
}

/** The last step at the low rate, where the next one was probed, too, and had another. */
function lastAtRate(rate: number, probes: readonly ProbeLine[]): number | undefined {
  const next = probes.findIndex(({ learningRate }) => learningRate !== rate);
  if (next < 1 || probes[next].learningRate === undefined) return undefined;
  const { step } = probes[next - 1];
  return probes[next].step === step + 1 ? step : undefined;
}

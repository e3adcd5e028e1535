import type { RunRecord } from '../results/record';

/** Steps whose losses are averaged at the end of a run. */
export const FINAL_STEPS = 50;

/**
 * Training loss at the end of a run: mean of the last steps whose loss is recorded, FINAL_STEPS at most; of a record without
 * losses of steps, that of the last epoch. Undefined when there is neither, or one of them is not finite.
 */
export function finalTrainLoss({ probes, epochs }: RunRecord): number | undefined {
  const told = probes.filter(({ loss }) => loss !== undefined).slice(-FINAL_STEPS);
  const losses: readonly (number | null | undefined)[] =
    told.length > 0 ? told.map(({ loss }) => loss) : epochs.slice(-1).map((line) => line.trainLoss);
  const finite = losses.filter((loss) => typeof loss === 'number');
  if (finite.length === 0 || finite.length < losses.length) return undefined;
  return finite.reduce((sum, loss) => sum + loss) / finite.length;
}

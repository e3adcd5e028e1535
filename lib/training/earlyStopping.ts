import type { EarlyStopping } from '../config';

/** Whether so many epochs have passed without a better error that a run ends; errors in percent, epoch by epoch. */
export function shouldStopEarly(
  { patience, minimumDelta = 0 }: EarlyStopping,
  errors: readonly number[],
): boolean {
  let best = Infinity;
  let waited = 0;
  for (const error of errors) {
    const isBetter = error < best - minimumDelta;
    waited = isBetter ? 0 : waited + 1;
    best = isBetter ? error : best;
  }
  return waited >= patience;
}

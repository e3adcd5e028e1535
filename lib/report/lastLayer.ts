import type { LayerStability, RunRecord } from '../results/record';
import { warmUpEnd } from './warmUpEnd';

/**
 * The rule of the experiments `residualScaling` and `warmUp`, fixed before they were run: what counts is the mean of these
 * steps (the first is 1) after the end of the warm-up. Step 80 is that of the search which found the regime.
 */
export const OUTCOME_STEPS = { first: 71, last: 80 };

/** Percent of zeros in the last layer from which on a network is called dead. */
export const DEAD_FROM = 99;

/**
 * Zeros among the activations of the last layer before the average pooling, in percent, by the rule of OUTCOME_STEPS;
 * undefined when the run is too short or was not probed at each of these steps.
 */
export function zerosAt(record: RunRecord): number | undefined {
  return outcome(record, ({ zeros }) => zeros);
}

/** Channels of that layer that are zero over the whole batch, in percent, by the same rule. */
export function deadChannelsAt(record: RunRecord): number | undefined {
  return outcome(record, ({ deadChannels }) => deadChannels);
}

/** The same over the last ten probed steps of a run: whether its channels are still dead then, or are at last. */
export function deadChannelsAtEnd({ probes }: RunRecord): number | undefined {
  const last = probes.slice(-10).flatMap(({ layers }) => layers.slice(-1));
  return last.length === 0 ? undefined : meanPercent(last.map(({ deadChannels }) => deadChannels));
}

/** Whether a run's network is dead by the rule; undefined when the run is too short to tell. */
export function isDead(record: RunRecord): boolean | undefined {
  const zeros = zerosAt(record);
  return zeros === undefined ? undefined : zeros >= DEAD_FROM;
}

function outcome(
  record: RunRecord,
  shareOf: (layer: LayerStability) => number,
): number | undefined {
  const end = warmUpEnd(record);
  if (end === undefined) return undefined;
  const shares = record.probes
    .filter(({ step }) => step >= end + OUTCOME_STEPS.first && step <= end + OUTCOME_STEPS.last)
    .flatMap(({ layers }) => layers.slice(-1))
    .map(shareOf);
  const wanted = OUTCOME_STEPS.last - OUTCOME_STEPS.first + 1;
  if (shares.length < wanted) return undefined;
  return meanPercent(shares);
}

function meanPercent(shares: readonly number[]): number {
  return (100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length;
}

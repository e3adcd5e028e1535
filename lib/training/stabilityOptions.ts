/** How a run's health is watched (section 3.3). */
export interface StabilityOptions {
  /** Steps between two probes of all residual blocks; absent: 100; 0: none. */
  readonly every?: number;
  /** Steps between two probes of the last layer alone, among the others; absent: 0, none. */
  readonly lastLayerEvery?: number;
  /** Steps in a row with only zeros before the average pool after which the network has died; absent: 100. */
  readonly diedAfter?: number;
}

/**
 * A probe costs a little more than an ordinary step, and some time before the first. The paper says that a network died, not
 * after how many steps of zeros: zeros in all channels for all images of a hundred batches leave nothing to learn from.
 */
export const DEFAULT_STABILITY: Required<StabilityOptions> = {
  every: 100,
  lastLayerEvery: 0,
  diedAfter: 100,
};

/** What a probe looks at: all residual blocks and the last layer, or the last layer alone. */
export type ProbeKind = 'all' | 'last layer' | 'none';

/** What of a step (the first is 0) is probed: of the first one, and then of every so many. */
export function probeAt(step: number, options: StabilityOptions = {}): ProbeKind {
  const { every, lastLayerEvery } = { ...DEFAULT_STABILITY, ...options };
  const isDue = (steps: number) => steps > 0 && (step === 0 || (step + 1) % steps === 0);
  return isDue(every) ? 'all' : isDue(lastLayerEvery) ? 'last layer' : 'none';
}

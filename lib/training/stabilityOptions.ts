/** How a run's health is watched (section 3.3). */
export interface StabilityOptions {
  /** Steps between two probes of all residual blocks; absent: 100; 0: none. */
  readonly every?: number;
  /** Steps in a row with only zeros before the average pool after which the network has died; absent: 100. */
  readonly diedAfter?: number;
}

/**
 * A probe costs a little more than an ordinary step, and some time before the first. The paper says that a network died, not
 * after how many steps of zeros: zeros in all channels for all images of a hundred batches leave nothing to learn from.
 */
export const DEFAULT_STABILITY: Required<StabilityOptions> = { every: 100, diedAfter: 100 };

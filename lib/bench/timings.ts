import { UsageError } from '../errors';

/** Repeated measurements of one thing. */
export interface Summary {
  readonly rounds: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Smallest, middle and largest of some numbers. Throws a UsageError when there are none. */
export function summarise(values: readonly number[]): Summary {
  if (values.length === 0) {
    throw new UsageError('There are no rounds to summarise: expected at least 1.');
  }
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    rounds: sorted.length,
    min: sorted[0],
    median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2,
    max: sorted[sorted.length - 1],
  };
}

/**
 * One time over the other, round by round: what disturbs the machine for a while disturbs both of a round.
 *
 * Throws a UsageError when the two were not measured in the same rounds.
 */
export function summariseRatios(times: readonly number[], others: readonly number[]): Summary {
  if (times.length !== others.length) {
    throw new UsageError(
      `There are ${times.length} rounds and ${others.length} of the other: expected as many.`,
    );
  }
  return summarise(times.map((seconds, round) => seconds / others[round]));
}

/** What one piece of work took. */
export interface Spent {
  /** On the clock. */
  readonly seconds: number;
  /** Of all threads of the process together; what else the machine does hardly changes it. */
  readonly cpuSeconds: number;
}

/** Measures a piece of work from start to end. */
export async function measure(work: () => unknown): Promise<Spent> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1e3, cpuSeconds: (user + system) / 1e6 };
}

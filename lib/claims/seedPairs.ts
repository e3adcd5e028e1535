import type { RunRecord } from '../results/record';

/** Two runs that differ in the thing to be compared and share the seed. */
export interface SeedPair {
  readonly first: RunRecord;
  readonly second: RunRecord;
}

/** The finished runs of two kinds, seed by seed; seeds that one kind lacks are left out. */
export function seedPairs(
  records: readonly RunRecord[],
  isFirst: (record: RunRecord) => boolean,
  isSecond: (record: RunRecord) => boolean,
): readonly SeedPair[] {
  const done = records.filter(({ final }) => final?.status === 'done');
  const seconds = done.filter(isSecond);
  return done.filter(isFirst).flatMap((first) => {
    const second = seconds.find(({ run }) => run.config.seed === first.run.config.seed);
    return second ? [{ first, second }] : [];
  });
}

/** The runs of pairs. */
export function runsOf(pairs: readonly SeedPair[]): readonly RunRecord[] {
  return pairs.flatMap(({ first, second }) => [first, second]);
}

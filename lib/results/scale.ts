import { UsageError } from '../errors';

/** How much of an experiment is run: seconds, minutes, or what the committed records took. */
export const SCALES = ['smoke', 'quick', 'standard'] as const;
export type Scale = (typeof SCALES)[number];

/** A scale by its name. Throws a UsageError for an unknown one. */
export function parseScale(name: string): Scale {
  const scale = SCALES.find((candidate) => candidate === name);
  if (!scale) {
    throw new UsageError(`Unknown scale "${name}": expected one of ${SCALES.join(', ')}.`);
  }
  return scale;
}

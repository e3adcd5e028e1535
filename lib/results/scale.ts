import { UsageError } from '../errors';

/**
 * How much of an experiment is run: seconds, minutes, what the committed records took, or what the paper did on ImageNet,
 * which is the user's to give.
 */
export const SCALES = ['smoke', 'quick', 'standard', 'paper'] as const;
export type Scale = (typeof SCALES)[number];

/** The scales that need no images but those that the set-up fetches. */
export type OwnScale = Exclude<Scale, 'paper'>;

/** The scales in words, as help texts have them. */
export const SCALE_WORDS = 'smoke, quick, standard or paper';

/** A scale by its name. Throws a UsageError for an unknown one. */
export function parseScale(name: string): Scale {
  const scale = SCALES.find((candidate) => candidate === name);
  if (!scale) {
    throw new UsageError(`Unknown scale "${name}": expected one of ${SCALES.join(', ')}.`);
  }
  return scale;
}

import type { Verdict } from './claim';

/** Share of the seeds that must agree for "holds weaker", where not all do. */
const MOST = 0.75;

/**
 * The verdict on an effect that was measured several times, positive in the paper's direction.
 *
 * `reaches` tells of the mean whether it is as large as the paper's; unless told otherwise any size is.
 */
export function verdictOfEffects(
  effects: readonly number[],
  reaches: (mean: number) => boolean = () => true,
): Verdict {
  const mean = effects.reduce((sum, effect) => sum + effect, 0) / effects.length;
  const along = shareOf(effects, (effect) => effect > 0);
  if (along === 1 && reaches(mean)) return 'holds';
  if (along >= MOST && mean > 0) return 'holds weaker';
  return effects.every((effect) => effect < 0) ? 'contradicted' : 'not seen';
}

/** The rule of `verdictOfEffects` in words; `effect` is the paper's direction, `size` what makes it as large. */
export function ruleOfEffects(one: string, effect: string, size = ''): string {
  const large = size === '' ? '' : ` and ${size}`;
  const smaller = size === '' ? '' : 'it does but less, or ';
  return (
    `Holds when ${effect} in every ${one}${large}; weaker when ${smaller}` +
    `three quarters of them and the mean agree; contradicted when every ${one} says the opposite; otherwise not seen.`
  );
}

/** The verdict on what is claimed to happen in every run: in all, in half of them or more, in fewer, in none. */
export function verdictOfRuns(happened: readonly boolean[]): Verdict {
  const share = shareOf(happened, Boolean);
  if (share === 1) return 'holds';
  if (share >= 0.5) return 'holds weaker';
  return share === 0 ? 'contradicted' : 'not seen';
}

/** The rule of `verdictOfRuns` in words. */
export function ruleOfRuns(happens: string): string {
  return `Holds when ${happens} in every run; weaker when in at least half of them; contradicted when in none; otherwise not seen.`;
}

function shareOf<T>(values: readonly T[], is: (value: T) => boolean): number {
  return values.filter(is).length / values.length;
}

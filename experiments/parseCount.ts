import { UsageError } from '../lib/errors';

/** The number of an option that is given. Throws a UsageError that names the option, its value and the least number. */
export function parseCount(
  option: string,
  text: string | undefined,
  least: number,
): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) {
    throw new UsageError(`${option} is "${text}": expected a whole number from ${least} on.`);
  }
  return Number(text);
}

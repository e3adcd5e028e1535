import type { Spread } from './summary';

/** 12.345 as "12.3". */
export function percent(value: number): string {
  return value.toFixed(1);
}

/** "12.3 (11.9 to 12.8)", without the range when there is but one run. */
export function percentRange({ mean, lowest, highest }: Spread, runs: number): string {
  return runs > 1 ? `${percent(mean)} (${percent(lowest)} to ${percent(highest)})` : percent(mean);
}

/** 1234567 as "1,234,567". */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Seconds as "4.2 s", "45 s", "12 min" or "3.5 h". */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** "2026-01-02" of an ISO time. */
export function day(time: string): string {
  return time.slice(0, 10);
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly (string | number)[]): string {
  const last = words.slice(-1);
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${last.join()}` : last.join();
}

/** With a capital, as a sentence begins. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

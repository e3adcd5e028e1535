import type { MethodRow } from '../lib/training/methodTable';
import { markdownTable, textTable } from './tables';

const HEAD = ['', 'paper', "Google's code", 'here'];

/** The settings for a terminal, each with the keys that change it. */
export function methodText(rows: readonly MethodRow[]): string {
  const cells = rows.map((row) => [...sources(row), row.keys.join(', ') || '(fixed)']);
  return textTable([[...HEAD, 'changed by'], ...cells], 5);
}

/** The settings for the README. */
export function methodMarkdown(rows: readonly MethodRow[]): string {
  return markdownTable([HEAD, ...rows.map(sources)], 4);
}

function sources({ setting, paper, google, here }: MethodRow): readonly string[] {
  return [setting, paper, google, here];
}

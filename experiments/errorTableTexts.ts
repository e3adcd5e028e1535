import { errorSummary } from '../lib/report/errorSummary';
import type { ErrorTable } from '../lib/report/errorTables';
import { markdownTable, textTable } from './tables';

/** A table of errors for a terminal. */
export function errorTableText({ title, cells, notes }: ErrorTable): string {
  return [title, textTable(cells), notes.join('\n')].join('\n\n');
}

/** The same as a file in Markdown; `source` says how it is made. */
export function errorTableMarkdown({ title, cells, notes }: ErrorTable, source: string): string {
  return `${[`# ${title}`, markdownTable(cells), ...notes, source].join('\n\n')}\n`;
}

/** The tables in one, for the README. */
export function errorSummaryMarkdown(tables: readonly ErrorTable[]): string {
  const note = `The paper: ImageNet. Here: ${tables[0].conditions}; in brackets the 95 % interval over images.`;
  return [markdownTable(errorSummary(tables)), note].join('\n\n');
}

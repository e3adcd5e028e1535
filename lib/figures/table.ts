import type { Markup } from './html';
import { html } from './html';
import { newNotebookOutput } from './show';

/** A cell of a table; null is shown as nothing. */
export type Cell = string | number | boolean | null;

/**
 * Shows rows as a danfo DataFrame: as an HTML table in a notebook, printed elsewhere. `columns` chooses and orders the
 * columns (default: the keys of the first row). Numbers are shown as they are: round them before.
 */
export async function showTable(
  rows: readonly Readonly<Record<string, Cell>>[],
  columns: readonly string[] = Object.keys(rows[0] ?? {}),
): Promise<void> {
  // Loaded when needed: danfo takes half a second.
  const { DataFrame } = await import('danfojs-node');
  const values = rows.map((row) => columns.map((column) => row[column] ?? ''));
  const frame = new DataFrame(values, {
    columns: [...columns],
    config: { tableMaxColInConsole: columns.length, tableMaxRow: rows.length },
  });
  const output = newNotebookOutput();
  if (output) output.html(tableMarkup(frame.columns, frame.values as Cell[][]).text);
  else frame.print();
}

function tableMarkup(columns: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  return html`<table>
    <thead>
      <tr>
        ${columns.map((column) => html`<th>${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell) => html`<td>${String(cell)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

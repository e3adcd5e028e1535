import { html, type Markup } from '../figures/html';
import type { Paper } from '../results/paper';
import { type ErrorTable, errorTable, type TableEvaluation } from './errorTables';
import { pageStyle } from './page';

/** A table of errors and its notes, for a page of the report. */
export function errorTableMarkup({ title, cells, notes }: ErrorTable): Markup {
  const [head, ...rows] = cells;
  return html`<h3>${title}</h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            ${head.map((cell, column) =>
              column === 0 ? html`<th>${cell}</th>` : html`<th class="number">${cell}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([name, ...values]) =>
              html`<tr>
                <th scope="row">${name}</th>
                ${values.map((value) => html`<td class="number">${value}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${notes.map((note) => html`<p>${note}</p>`)}`;
}

/** Section: crops and ensembles, as far as there are evaluations; empty without any. */
export function tablesThreeToFive(
  paper: Paper,
  evaluations: readonly TableEvaluation[],
): readonly Markup[] {
  const tables = ([3, 4, 5] as const).flatMap((number) => {
    const table = errorTable(number, paper, evaluations);
    return table ? [errorTableMarkup(table)] : [];
  });
  if (tables.length === 0) return [];
  return [
    html`<section>
      <h2>Tables 3 to 5: crops and ensembles</h2>
      ${tables}
    </section>`,
  ];
}

/** A page with one table, which needs no other file. */
export function errorTablePage(table: ErrorTable, source: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${table.title}</title>
        <style>
          ${pageStyle}
        </style>
      </head>
      <body>
        <main>${errorTableMarkup(table)}</main>
        <footer><p>${source}</p></footer>
      </body>
    </html> `.text;
}

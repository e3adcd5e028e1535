/** Cells of equal number in each row; the first row is the head. */
export type Table = readonly (readonly string[])[];

/** Columns two blanks apart for a terminal; the first `left` stand to the left, the others to the right. */
export function textTable(table: Table, left = 1): string {
  const widths = columnWidths(table);
  return table
    .map((row) => row.map((cell, i) => pad(cell, widths[i], i < left)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The same in Markdown, columns as wide as their longest cell, as Prettier wants them. */
export function markdownTable(table: Table, left = 1): string {
  const widths = columnWidths(table).map((width) => Math.max(3, width));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => pad(cell, widths[i], i < left)).join(' | ')} |`;
  const rule = widths.map((width, i) =>
    i < left ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  const [head, ...rows] = table;
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function columnWidths(table: Table): readonly number[] {
  return table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
}

function pad(cell: string, width: number, isLeft: boolean): string {
  return isLeft ? cell.padEnd(width) : cell.padStart(width);
}

/** The closing table: what is ready, what is not, why, and what to do. */

/** One line when everything is ready, else a table with the reason and the remedy below each missing part. */
export function closingReport(rows, seconds) {
  const took = `${seconds.toFixed(1)} s`;
  if (rows.every(({ state }) => state === 'ready')) {
    const parts = rows.map(({ name, detail }) =>
      /\d/.test(detail) ? `${name} (${detail})` : name,
    );
    return `Set-up is complete: ${parts.join(', ')}. [${took}]`;
  }
  const width = Math.max(...rows.map(({ name }) => name.length));
  const table = rows.flatMap((row) => tableRow(row, width));
  const again = rows.some(({ state }) => state === 'missing')
    ? ['Then run npm run setup again.']
    : [];
  return [`\nSet-up ended after ${took}:`, ...table, ...again].join('\n');
}

function tableRow({ name, state, detail, costs, remedy }, width) {
  const indent = ' '.repeat(width + 15);
  const first = `  ${name.padEnd(width)}  ${state.padEnd(9)}  ${detail.replaceAll('\n', `\n${indent}`)}`;
  const more = [costs && `Without it ${costs}.`, remedy].filter(Boolean);
  return [first, ...more.map((line) => indent + line)];
}

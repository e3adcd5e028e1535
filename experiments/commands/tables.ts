import path from 'node:path';

import type { Command } from 'commander';

import { UsageError } from '../../lib/errors';
import { projectRoot } from '../../lib/projectRoot';
import { recordedErrorTables } from '../../lib/recorded/tables';
import { errorTablePage } from '../../lib/report/errorTableMarkup';
import { ERROR_TABLES, type ErrorTable, type ErrorTableNumber } from '../../lib/report/errorTables';
import { recordedEvaluations, type ScaleEvaluations } from '../../lib/results/evaluationList';
import { writeReadmeTable } from '../../lib/results/readmeTable';
import { parseScale } from '../../lib/results/scale';
import { writeTable } from '../../lib/results/tableFiles';
import { CROPS } from '../crops';
import { ENSEMBLES } from '../ensembles';
import { errorSummaryMarkdown, errorTableMarkdown, errorTableText } from '../errorTableTexts';

/** `lab table <n|all>`. */
export function addTableCommand(program: Command): void {
  program
    .command('table')
    .argument('<number>', `${ERROR_TABLES.join(', ')}, or all (arXiv 1602.07261v2)`)
    .option('--scale <scale>', 'whose records to show; default: the largest that has any')
    .option('--readme', "put the tables' top-1 errors into README.md, too")
    .description("the paper's tables of errors beside the recorded evaluations; writes them, too")
    .action((text: string, { scale, readme }: { scale?: string; readme?: boolean }) => {
      if (readme && (text !== 'all' || (scale ?? 'standard') !== 'standard')) {
        throw new UsageError(
          '--readme takes all tables of the standard scale: table all --readme.',
        );
      }
      const numbers = parseNumbers(text);
      const wanted = scale === undefined ? undefined : parseScale(scale);
      const evaluations = recordedEvaluations([CROPS, ENSEMBLES], wanted);
      const tables = recordedErrorTables(numbers, evaluations);
      console.log(tables.map(errorTableText).join('\n\n'));
      for (const file of writeTables(tables, evaluations)) {
        console.error(path.relative('', file));
      }
      if (readme) writeReadmeTable('errors', errorSummaryMarkdown(tables));
    });
}

/** Writes tables into results/tables, those of uncommitted scales into a folder of their own; returns the files. */
export function writeTables(
  tables: readonly ErrorTable[],
  { scale }: ScaleEvaluations,
): readonly string[] {
  const root = path.join(projectRoot(), 'results', 'tables');
  const folder = scale === 'standard' ? root : path.join(root, scale);
  return tables.map((table) => {
    const source = `Made by \`npm run lab -- table ${table.number} --scale ${scale}\` from the records of that scale.`;
    return writeTable(folder, `table-${table.number}`, {
      markdown: errorTableMarkdown(table, source),
      html: errorTablePage(table, source.replaceAll('`', '')),
    });
  });
}

function parseNumbers(text: string): readonly ErrorTableNumber[] {
  if (text === 'all') return ERROR_TABLES;
  const number = ERROR_TABLES.find((candidate) => String(candidate) === text);
  if (number === undefined) {
    throw new UsageError(
      `Table "${text}" has no errors to compare: expected ${ERROR_TABLES.join(', ')} or all.`,
    );
  }
  return [number];
}

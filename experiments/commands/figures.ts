import path from 'node:path';

import type { Command } from 'commander';

import { UsageError } from '../../lib/errors';
import { errorCurveFigure } from '../../lib/figures/curves';
import { projectRoot } from '../../lib/projectRoot';
import { writeFigure } from '../../lib/results/figureFiles';
import { newestRecords, type ScaleRecords } from '../../lib/results/newestSetting';
import type { ErrorFigure } from '../../lib/results/paper';
import { writeReport } from '../../lib/results/report';
import { parseScale } from '../../lib/results/scale';
import { recordFolder } from '../../lib/results/store';
import { CONVERGENCE } from '../convergence';

/** The paper's figures that can be drawn from the experiment's records. */
export const FIGURES: readonly ErrorFigure[] = [21, 22];

interface ScaleOption {
  readonly scale?: string;
}

/** `lab figure <n|all>` and `lab report`. */
export function addFigureCommands(program: Command): void {
  program
    .command('figure')
    .argument('<number>', `${FIGURES.join(', ')} or all (numbers of arXiv 1602.07261v2)`)
    .option('--scale <scale>', 'whose records to draw; default: the largest that has any')
    .description("draw the paper's figures from the records, as SVG and HTML")
    .action(async (number: string, { scale }: ScaleOption) => {
      const files = await drawFigures(parseFigures(number), recordsOf(scale));
      files.forEach((file) => console.log(file));
    });
  program
    .command('report')
    .option('--scale <scale>', 'whose records to report; default: the largest that has any')
    .description('write results/report/index.html from the records')
    .action(async ({ scale }: ScaleOption) => console.log(await reportOf(recordsOf(scale))));
}

/** Draws figures into results/figures, those of uncommitted scales into a folder of their own; returns the SVGs. */
export async function drawFigures(
  figures: readonly ErrorFigure[],
  { scale, records }: ScaleRecords,
): Promise<readonly string[]> {
  const root = path.join(projectRoot(), 'results', 'figures');
  const folder = scale === 'standard' ? root : path.join(root, scale);
  const files: string[] = [];
  for (const number of figures) {
    const figure = errorCurveFigure(number, records);
    files.push((await writeFigure(folder, figure.name, figure)).svg);
  }
  return files;
}

/** Writes the report; returns its path. */
export function reportOf({ scale, records }: ScaleRecords): Promise<string> {
  return writeReport({ scale, records, recordFolder: recordFolder(CONVERGENCE, scale) });
}

function recordsOf(scale: string | undefined): ScaleRecords {
  return newestRecords(CONVERGENCE, scale === undefined ? undefined : parseScale(scale));
}

function parseFigures(text: string): readonly ErrorFigure[] {
  if (text === 'all') {
    return FIGURES;
  }
  const figure = FIGURES.find((candidate) => String(candidate) === text);
  if (!figure) {
    throw new UsageError(
      `Figure "${text}" cannot be drawn: expected one of ${FIGURES.join(', ')}, or all.`,
    );
  }
  return [figure];
}

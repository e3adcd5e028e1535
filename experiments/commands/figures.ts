import path from 'node:path';

import { type Command, Option } from 'commander';

import { architectureFigure } from '../../lib/figures/architecture/architectureFigure';
import { costFigure } from '../../lib/figures/architecture/costFigure';
import { architectureFolder } from '../../lib/figures/architecture/show';
import { errorCurveFigure } from '../../lib/figures/curves';
import { renderSvg } from '../../lib/figures/render';
import { projectRoot } from '../../lib/projectRoot';
import { drawableFigures } from '../../lib/report/summary';
import {
  drawAblation,
  drawAblations,
  requireAblation,
  type ScaleAblation,
} from '../../lib/results/ablationRecords';
import { readEvaluations } from '../../lib/results/evaluationList';
import { writeFigure, writeSvg } from '../../lib/results/figureFiles';
import { newestRecords, type ScaleRecords } from '../../lib/results/newestSetting';
import { type ErrorFigure, errorFigures, readPaper } from '../../lib/results/paper';
import { writeReport } from '../../lib/results/report';
import { parseScale, type Scale } from '../../lib/results/scale';
import { recordFolder } from '../../lib/results/store';
import { writeClaimReadmes } from '../claimReadmes';
import { CONVERGENCE } from '../convergence';
import { CROPS } from '../crops';
import { ENSEMBLES } from '../ensembles';
import {
  FIGURE_KINDS,
  FIGURE_NAMES,
  type FigureOptions,
  type WantedFigures,
  wantedFigures,
} from '../wantedFigures';

/** The paper's figures that are drawn from the experiment's records. */
export const FIGURES = errorFigures;

/** `lab figure <n|name|all>` and `lab report`. */
export function addFigureCommands(program: Command): void {
  program
    .command('figure')
    .argument('<name>', `all, or one of ${FIGURE_NAMES.join(', ')} (numbers: arXiv 1602.07261v2)`)
    .option('--scale <scale>', 'whose records to draw; default: the largest that has any')
    .addOption(new Option('--only <kind>', 'with all: one kind of figures').choices(FIGURE_KINDS))
    .description(
      "draw the paper's figures: networks as built (3 to 20), curves from the records (21 to 26); and ablations by name",
    )
    .action(async (name: string, options: FigureOptions) => {
      const wanted = wantedFigures(name, options);
      const scale = options.scale === undefined ? undefined : parseScale(options.scale);
      for await (const file of drawWanted(wanted, scale)) {
        console.log(file);
      }
    });
  program
    .command('report')
    .option('--scale <scale>', 'whose records to report; default: the largest that has any')
    .description(
      'write results/report/index.html from the records, and from the committed ones the claims in both READMEs',
    )
    .action(async ({ scale }: FigureOptions) => {
      const records = newestRecords(
        CONVERGENCE,
        scale === undefined ? undefined : parseScale(scale),
      );
      console.log(await reportOf(records));
      writeClaimReadmes(records.scale);
    });
}

/**
 * Draws those of the curves whose networks have finished runs into results/figures, those of uncommitted scales into a
 * folder of their own; returns the SVGs.
 */
export async function drawFigures(
  figures: readonly ErrorFigure[],
  { scale, records }: ScaleRecords,
): Promise<readonly string[]> {
  const drawable = drawableFigures(readPaper(), records);
  const files: string[] = [];
  for (const number of figures.filter((figure) => drawable.includes(figure))) {
    const figure = errorCurveFigure(number, records);
    files.push((await writeFigure(figureFolder(scale), figure.name, figure)).svg);
  }
  return files;
}

/** Draws the ablations whose records a scale has, beside the curves; returns the SVGs. */
export async function drawAblationFigures(scale: Scale): Promise<readonly string[]> {
  const files: string[] = [];
  for (const drawn of drawAblations(scale)) files.push(await writeAblation(drawn));
  return files;
}

/** Writes the report; returns its path. */
export function reportOf({ scale, records }: ScaleRecords): Promise<string> {
  return writeReport({
    ...{ scale, records, recordFolder: recordFolder(CONVERGENCE, scale) },
    evaluations: [CROPS, ENSEMBLES].flatMap((experiment) =>
      readEvaluations(recordFolder(experiment, scale)),
    ),
    ablations: drawAblations(scale),
  });
}

async function* drawWanted(
  wanted: WantedFigures,
  scale: Scale | undefined,
): AsyncGenerator<string, void, undefined> {
  for (const number of wanted.architecture) {
    const { name, svg } = architectureFigure(number);
    yield writeSvg(architectureFolder(), name, svg);
  }
  if (wanted.cost) {
    const figure = costFigure();
    yield writeSvg(architectureFolder(), figure.name, `${await renderSvg(figure)}\n`);
  }
  if (wanted.curves.length > 0) {
    const records = newestRecords(CONVERGENCE, scale);
    if (!wanted.isAll) requireRuns(wanted.curves, records);
    yield* await drawFigures(wanted.curves, records);
  }
  yield* drawWantedAblations(wanted, scale);
}

async function* drawWantedAblations(
  { ablations, isAll }: WantedFigures,
  scale: Scale | undefined,
): AsyncGenerator<string, void, undefined> {
  for (const ablation of ablations) {
    const drawn = isAll ? drawAblation(ablation, scale) : requireAblation(ablation, scale);
    if (drawn) yield await writeAblation(drawn);
  }
}

async function writeAblation({ figure, scale }: ScaleAblation): Promise<string> {
  return (await writeFigure(figureFolder(scale), figure.name, figure)).svg;
}

/** Drawing a figure says what it lacks. */
function requireRuns(figures: readonly ErrorFigure[], { records }: ScaleRecords): void {
  for (const figure of figures) errorCurveFigure(figure, records);
}

function figureFolder(scale: Scale): string {
  const root = path.join(projectRoot(), 'results', 'figures');
  return scale === 'standard' ? root : path.join(root, scale);
}

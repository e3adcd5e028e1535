import path from 'node:path';

import { type Command, Option } from 'commander';

import { UsageError } from '../../lib/errors';
import {
  ARCHITECTURE_FIGURES,
  architectureFigure,
} from '../../lib/figures/architecture/architectureFigure';
import { costFigure } from '../../lib/figures/architecture/costFigure';
import { architectureFolder } from '../../lib/figures/architecture/show';
import { errorCurveFigure } from '../../lib/figures/curves';
import { renderSvg } from '../../lib/figures/render';
import { projectRoot } from '../../lib/projectRoot';
import { readEvaluations } from '../../lib/results/evaluationList';
import { writeFigure, writeSvg } from '../../lib/results/figureFiles';
import { newestRecords, type ScaleRecords } from '../../lib/results/newestSetting';
import type { ErrorFigure } from '../../lib/results/paper';
import { writeReport } from '../../lib/results/report';
import { parseScale } from '../../lib/results/scale';
import { recordFolder } from '../../lib/results/store';
import { CONVERGENCE } from '../convergence';
import { CROPS } from '../crops';
import { ENSEMBLES } from '../ensembles';

/** The paper's figures that can be drawn from the experiment's records. */
export const FIGURES: readonly ErrorFigure[] = [21, 22];

const KINDS = ['architecture', 'curves'] as const;

interface FigureOptions {
  readonly scale?: string;
  readonly only?: (typeof KINDS)[number];
}

/** What a call of `lab figure` asks for. */
interface Wanted {
  readonly architecture: readonly number[];
  /** Whether the cost chart is drawn besides. */
  readonly cost: boolean;
  readonly curves: readonly ErrorFigure[];
}

/** `lab figure <n|all>` and `lab report`. */
export function addFigureCommands(program: Command): void {
  const numbers = [...ARCHITECTURE_FIGURES, ...FIGURES];
  program
    .command('figure')
    .argument(
      '<number>',
      `${numbers[0]} to ${numbers[numbers.length - 1]}, or all (arXiv 1602.07261v2)`,
    )
    .option('--scale <scale>', 'whose records to draw; default: the largest that has any')
    .addOption(new Option('--only <kind>', 'with all: one kind of figures').choices(KINDS))
    .description("draw the paper's figures: networks as built (3 to 20), curves from the records")
    .action(async (number: string, options: FigureOptions) => {
      for await (const file of drawWanted(wantedFigures(number, options), options.scale)) {
        console.log(file);
      }
    });
  program
    .command('report')
    .option('--scale <scale>', 'whose records to report; default: the largest that has any')
    .description('write results/report/index.html from the records')
    .action(async ({ scale }: FigureOptions) => console.log(await reportOf(recordsOf(scale))));
}

/** Draws curves into results/figures, those of uncommitted scales into a folder of their own; returns the SVGs. */
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
  return writeReport({
    ...{ scale, records, recordFolder: recordFolder(CONVERGENCE, scale) },
    evaluations: [CROPS, ENSEMBLES].flatMap((experiment) =>
      readEvaluations(recordFolder(experiment, scale)),
    ),
  });
}

function recordsOf(scale: string | undefined): ScaleRecords {
  return newestRecords(CONVERGENCE, scale === undefined ? undefined : parseScale(scale));
}

async function* drawWanted(
  wanted: Wanted,
  scale: string | undefined,
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
    yield* await drawFigures(wanted.curves, recordsOf(scale));
  }
}

function wantedFigures(text: string, { scale, only }: FigureOptions): Wanted {
  const wanted = text === 'all' ? allFigures(only) : oneFigure(text, only);
  if (scale !== undefined && wanted.curves.length === 0) {
    throw new UsageError(
      `--scale ${scale} does not apply to architecture figures, which are drawn from no records: leave it out.`,
    );
  }
  return wanted;
}

function allFigures(only: FigureOptions['only']): Wanted {
  const architecture = only !== 'curves';
  return {
    architecture: architecture ? ARCHITECTURE_FIGURES : [],
    cost: architecture,
    curves: only === 'architecture' ? [] : FIGURES,
  };
}

function oneFigure(text: string, only: FigureOptions['only']): Wanted {
  if (only !== undefined) {
    throw new UsageError(`--only ${only} goes with "all", not with a number ("${text}").`);
  }
  const architecture = ARCHITECTURE_FIGURES.filter((number) => String(number) === text);
  const curves = FIGURES.filter((number) => String(number) === text);
  if (architecture.length + curves.length === 0) {
    const known = [...ARCHITECTURE_FIGURES, ...FIGURES];
    throw new UsageError(
      `Figure "${text}" cannot be drawn: expected one of ${known.join(', ')}, or all.`,
    );
  }
  return { architecture, cost: false, curves };
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { LabError } from '../errors';
import type { DrawnAblation } from '../figures/ablations/ablation';
import { errorCurveFigure } from '../figures/curves';
import type { Markup } from '../figures/html';
import { html } from '../figures/html';
import { figureFragment } from '../figures/page';
import { plotlyScript } from '../figures/plotlyWindow';
import { projectRoot } from '../projectRoot';
import { ablationSection } from '../report/ablations';
import { limits, listOfRuns } from '../report/closing';
import { speedOfTraining, tableTwo } from '../report/comparison';
import { tablesThreeToFive } from '../report/errorTableMarkup';
import { reportPage } from '../report/page';
import { drawableFigures, finishedRuns, isFinished } from '../report/summary';
import { whatWasRun } from '../report/whatWasRun';
import type { EvaluationRecord } from './evaluationRecord';
import type { Paper } from './paper';
import { readPaper } from './paper';
import type { RunRecord } from './record';
import { recordFile } from './store';

/** What a report is about and where it goes. */
export interface ReportOptions {
  /** Runs that may be compared, see newestRecords. */
  readonly records: readonly RunRecord[];
  /** Where their files are, for the links: results/convergence, for example. */
  readonly recordFolder: string;
  /** Name of that scale, for example quick. */
  readonly scale: string;
  /** Evaluations with several crops and of ensembles; absent: none. */
  readonly evaluations?: readonly EvaluationRecord[];
  /** Figures of the ablations; absent: none. */
  readonly ablations?: readonly DrawnAblation[];
  /** Default: results/report in the project. */
  readonly folder?: string;
}

/**
 * Writes the report on the experiment `convergence` as one page, index.html, that opens without a network; returns its path.
 * Throws a LabError when no pair of networks has finished runs, or when runs of one network have unequal settings.
 */
export async function writeReport(options: ReportOptions): Promise<string> {
  const folder = options.folder ?? join(projectRoot(), 'results', 'report');
  const paper = readPaper();
  const sections = await reportSections(paper, options, folder);
  const page = reportPage({
    title: 'Inception Lab: residual connections and the speed of training',
    lead:
      'Networks of the Inception-v4 and Inception-ResNet paper, scaled down and trained on this machine on real images, ' +
      'beside what the paper reports for ImageNet.',
    sections,
    sources: `The paper: ${paper.citation}.`,
    plotly: readFileSync(plotlyScript(), 'utf8'),
  });
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'index.html');
  writeFileSync(file, page);
  return file;
}

async function reportSections(
  paper: Paper,
  { records, evaluations = [], ablations = [], recordFolder, scale }: ReportOptions,
  folder: string,
): Promise<Markup[]> {
  const networks = finishedRuns(records);
  const figures = drawableFigures(paper, records);
  if (figures.length === 0) {
    throw new LabError(
      `No pair of the paper's networks has finished runs in ${recordFolder}. ` +
        `Make them with: npm run lab -- run convergence --scale ${scale}`,
    );
  }
  const drawn: Markup[] = [];
  for (const figure of figures) drawn.push(await figureFragment(errorCurveFigure(figure, records)));
  const link = (id: string) => relative(folder, recordFile(recordFolder, id)).split(sep).join('/');
  return [
    whatWasRun(networks, records.filter(isFinished), scale),
    html`<section>
      <h2>Error by epoch</h2>
      ${drawn}
    </section>`,
    tableTwo(paper, networks),
    ...tablesThreeToFive(paper, evaluations),
    ...speedOfTraining(paper, networks),
    ...(await ablationSection(ablations)),
    limits(paper, records.filter(isFinished)),
    listOfRuns(records, link),
  ];
}

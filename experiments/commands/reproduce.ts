import type { Command } from 'commander';

import { recordedErrorTables } from '../../lib/recorded/tables';
import { ERROR_TABLES } from '../../lib/report/errorTables';
import { duration } from '../../lib/report/format';
import { recordedEvaluations } from '../../lib/results/evaluationList';
import type { RunRecord } from '../../lib/results/record';
import { parseScale, type Scale, SCALE_WORDS } from '../../lib/results/scale';
import { readRecord, recordFile, recordFolder } from '../../lib/results/store';
import { writeClaimReadmes } from '../claimReadmes';
import { CONVERGENCE } from '../convergence';
import { EVALUATION_EXPERIMENTS } from '../evaluations';
import { canExecuteNotebooks, executeNotebooks } from '../notebooks';
import { requireOwnScale } from '../paperScale';
import { parseCount } from '../parseCount';
import { completeWork } from '../reproduction/complete';
import { estimateText, measurePaces, piecesOf, type WorkLeft } from '../reproduction/estimate';
import { Forecast } from '../reproduction/forecast';
import { ownConfigs, PARTS, planReproduction, type ReproductionPlan } from '../reproduction/plan';
import { planRuns } from '../run';
import { drawAblationFigures, drawFigures, FIGURES, reportOf } from './figures';
import { writeTables } from './tables';

interface ReproduceOptions {
  readonly scale: string;
  readonly jobs: string;
  readonly only?: string;
  readonly dryRun?: boolean;
}

/** `lab reproduce`: everything that `npm run reproduce` does after the set-up. */
export function addReproduceCommand(program: Command): void {
  program
    .command('reproduce')
    .option('--scale <scale>', SCALE_WORDS.replace(', standard or paper', ' or standard'), 'quick')
    .option('--only <experiment>', `a part alone, not drawn: ${PARTS.join(', ')}`)
    .option('--jobs <count>', 'runs at a time, each in a process of its own; the same records', '1')
    .option('--dry-run', 'list what is left to do and how long it takes, without doing it')
    .description(
      'train, evaluate, draw the figures, make the tables, execute the notebooks, write the report',
    )
    .action(reproduce);
}

async function reproduce({ only, dryRun, ...options }: ReproduceOptions): Promise<void> {
  const scale = requireOwnScale(
    parseScale(options.scale),
    'reproduce',
    'run its experiments one by one: "npm run lab -- run <experiment> --scale paper data.train=<folder> data.validation=<folder>".',
  );
  const jobs = parseCount('--jobs', options.jobs, 1) ?? 1;
  const plan = await planReproduction(scale, only);
  const left = leftOf(plan, only === undefined);
  console.error(planText(plan, left, scale));
  if (dryRun) [...left.trainings, ...left.evaluations].forEach(({ title }) => console.log(title));
  const paces = await measurePaces(left, jobs);
  const forecast = new Forecast(piecesOf(left, paces), jobs);
  const estimated = forecast.secondsLeft;
  console.error(estimateText(estimated, paces));
  if (dryRun) return;
  const start = performance.now();
  const interrupted = await completeWork({ scale, left, forecast, jobs });
  if (isInterrupted(interrupted)) return;
  if (left.isDrawn) await draw(scale);
  const took = duration((performance.now() - start) / 1000);
  console.error(`Done in ${took}; the estimate was ${duration(estimated)}.`);
}

function leftOf({ trainings, evaluations }: ReproductionPlan, isDrawn: boolean): WorkLeft {
  return {
    trainings: trainings.filter(({ finished }) => !finished),
    evaluations: evaluations.filter(({ finished }) => !finished),
    isDrawn,
  };
}

function planText(plan: ReproductionPlan, left: WorkLeft, scale: Scale): string {
  const { trainings, evaluations } = plan;
  return (
    `At ${scale} scale: ${left.trainings.length} of ${trainings.length} runs to train, ` +
    `${left.evaluations.length} of ${evaluations.length} evaluations to make` +
    (left.isDrawn ? ', then figures, tables, notebooks and report.' : '.')
  );
}

/** Draws, tabulates and reports what is recorded. */
async function draw(scale: Scale): Promise<void> {
  console.error('Figures and tables.');
  // These runs and no others: the folder may hold newer ones, with settings that somebody tried.
  const records = await recordsOf(CONVERGENCE, scale);
  const curves = await drawFigures(FIGURES, { scale, records });
  const drawn = [...curves, ...(await drawAblationFigures(scale))];
  const evaluations = recordedEvaluations([...EVALUATION_EXPERIMENTS.keys()], scale);
  const written = writeTables(recordedErrorTables(ERROR_TABLES, evaluations), evaluations);
  [...drawn, ...written].forEach((file) => console.error(file));
  console.error('Notebooks.');
  if (canExecuteNotebooks()) {
    await executeNotebooks();
  } else {
    console.error('Skipped: Jupyter is not set up. Run "npm run setup" to see what it lacks.');
  }
  console.error('Report.');
  console.log(await reportOf({ scale, records }));
  writeClaimReadmes(scale);
}

/** The records of an experiment's own runs. */
async function recordsOf(experiment: string, scale: Scale): Promise<readonly RunRecord[]> {
  const runs = await planRuns(experiment, scale, ownConfigs(experiment, scale));
  const folder = recordFolder(experiment, scale);
  return runs.map(({ id }) => readRecord(recordFile(folder, id)));
}

function isInterrupted(exitCode: number | undefined): boolean {
  if (exitCode === undefined) return false;
  process.exitCode = exitCode;
  console.error('Stopped before the report. Run the same command again: what is done is kept.');
  return true;
}

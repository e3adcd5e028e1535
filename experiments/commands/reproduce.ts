import type { Command } from 'commander';

import { type Config, configHash } from '../../lib/config';
import { ERROR_TABLES } from '../../lib/report/errorTables';
import { recordedEvaluations } from '../../lib/results/evaluationList';
import type { RunRecord } from '../../lib/results/record';
import { parseScale, type Scale } from '../../lib/results/scale';
import { CONVERGENCE, convergenceConfigs } from '../convergence';
import { EVALUATION_EXPERIMENTS, runEvaluations } from '../evaluations';
import { canExecuteNotebooks, executeNotebooks } from '../notebooks';
import { runConfigs } from '../run';
import { drawFigures, FIGURES, reportOf } from './figures';
import { errorTables, writeTables } from './tables';

/** `lab reproduce`: everything that `npm run reproduce` does after the set-up. */
export function addReproduceCommand(program: Command): void {
  program
    .command('reproduce')
    .option('--scale <scale>', 'smoke, quick or standard', 'quick')
    .description(
      'train, evaluate, draw the figures, make the tables, execute the notebooks, write the report',
    )
    .action(async ({ scale }: { scale: string }) => reproduce(parseScale(scale)));
}

async function reproduce(scale: Scale): Promise<void> {
  const start = performance.now();
  const records = await trained(scale);
  if (!records || !(await evaluated(scale))) return;
  console.error('3/5 Figures and tables.');
  // These runs and no others: the folder may hold newer ones, with settings that somebody tried.
  const drawn = await drawFigures(FIGURES, { scale, records });
  const evaluations = recordedEvaluations([...EVALUATION_EXPERIMENTS.keys()], scale);
  const written = writeTables(errorTables(ERROR_TABLES, evaluations), evaluations);
  [...drawn, ...written].forEach((file) => console.error(file));
  console.error('4/5 Notebooks.');
  if (canExecuteNotebooks()) {
    await executeNotebooks();
  } else {
    console.error('Skipped: Jupyter is not set up. Run "npm run setup" to see what it lacks.');
  }
  console.error('5/5 Report.');
  console.log(await reportOf({ scale, records }));
  console.error(`Done in ${Math.round((performance.now() - start) / 1000)} s.`);
}

/** Trains what the figures and the evaluations need; the records of the former, undefined after an interrupt. */
async function trained(scale: Scale): Promise<readonly RunRecord[] | undefined> {
  const own = convergenceConfigs(scale);
  const configs = [...own, ...otherMembers(scale, own)];
  console.error(`1/5 Training: ${configs.length} runs at ${scale} scale on CIFAR-10.`);
  const { outcomes, interrupted } = await runConfigs(CONVERGENCE, scale, configs);
  if (isInterrupted(interrupted)) return undefined;
  return outcomes.slice(0, own.length).map(({ record }) => record);
}

/** The runs that ensembles have beyond those of the figures. */
function otherMembers(scale: Scale, own: readonly Config[]): readonly Config[] {
  const members = [...EVALUATION_EXPERIMENTS.values()].flatMap((planned) =>
    planned(scale).flatMap(({ runs }) => runs),
  );
  const others = new Map(members.map((config) => [configHash(config), config]));
  own.forEach((config) => others.delete(configHash(config)));
  return [...others.values()];
}

/** Evaluates with crops and ensembles; false after an interrupt. */
async function evaluated(scale: Scale): Promise<boolean> {
  console.error('2/5 Evaluation with 1, 12 and 144 crops, and of ensembles.');
  for (const [experiment, planned] of EVALUATION_EXPERIMENTS) {
    const { interrupted } = await runEvaluations(experiment, scale, planned(scale));
    if (isInterrupted(interrupted)) return false;
  }
  return true;
}

function isInterrupted(exitCode: number | undefined): boolean {
  if (exitCode === undefined) return false;
  process.exitCode = exitCode;
  console.error('Stopped before the report. Run the same command again: what is done is kept.');
  return true;
}

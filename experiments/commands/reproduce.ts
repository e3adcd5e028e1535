import type { Command } from 'commander';

import { parseScale, type Scale } from '../../lib/results/scale';
import { CONVERGENCE, convergenceConfigs } from '../convergence';
import { canExecuteNotebooks, executeNotebooks } from '../notebooks';
import { runConfigs } from '../run';
import { drawFigures, FIGURES, reportOf } from './figures';

/** `lab reproduce`: everything that `npm run reproduce` does after the set-up. */
export function addReproduceCommand(program: Command): void {
  program
    .command('reproduce')
    .option('--scale <scale>', 'smoke, quick or standard', 'quick')
    .description('train the pair, draw its figures, execute the notebooks, write the report')
    .action(async ({ scale }: { scale: string }) => reproduce(parseScale(scale)));
}

async function reproduce(scale: Scale): Promise<void> {
  const start = performance.now();
  const configs = convergenceConfigs(scale);
  console.error(`1/4 Training: ${configs.length} runs at ${scale} scale on CIFAR-10.`);
  const { outcomes, interrupted } = await runConfigs(CONVERGENCE, scale, configs);
  if (interrupted !== undefined) {
    process.exitCode = interrupted;
    console.error('Stopped before the figures. Run the same command again: what is done is kept.');
    return;
  }
  const records = outcomes.map(({ record }) => record);
  console.error('2/4 Figures.');
  // These runs and no others: the folder may hold newer ones, with settings that somebody tried.
  const drawn = await drawFigures(FIGURES, { scale, records });
  drawn.forEach((file) => console.error(file));
  console.error('3/4 Notebooks.');
  if (canExecuteNotebooks()) {
    await executeNotebooks();
  } else {
    console.error('Skipped: Jupyter is not set up. Run "npm run setup" to see what it lacks.');
  }
  console.error('4/4 Report.');
  console.log(await reportOf({ scale, records }));
  console.error(`Done in ${Math.round((performance.now() - start) / 1000)} s.`);
}

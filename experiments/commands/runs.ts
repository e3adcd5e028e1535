import type { Command } from 'commander';

import { findRun, type ListedRun, listRuns } from '../../lib/results/runList';
import { summarise } from '../../lib/results/runSummary';
import { parseScale, SCALE_WORDS } from '../../lib/results/scale';
import { comparisonText, runsTable } from '../runTexts';

interface RunsOptions {
  readonly scale?: string;
  readonly json?: boolean;
}

const SCALE = ['--scale <scale>', `${SCALE_WORDS}; default: all`] as const;

/** `lab runs [experiment]` and `lab runs compare <id> <id>`. */
export function addRunsCommand(program: Command): void {
  const runs = program
    .command('runs')
    .argument('[experiment]', 'whose runs; default: all')
    .option(...SCALE)
    .option('--json', 'machine-readable')
    .description('list the recorded runs, or compare two of them')
    .action((experiment: string | undefined, options: RunsOptions) => list(experiment, options));
  runs
    .command('compare')
    .argument('<id>', 'the beginning of an id, or its last eight digits')
    .argument('<other-id>')
    .option(...SCALE)
    .description('the settings in which two runs differ, and their results side by side')
    .action((one: string, other: string, _: RunsOptions, command: Command) => {
      const all = chosen(undefined, command.optsWithGlobals<RunsOptions>());
      console.log(comparisonText(findRun(all, one), findRun(all, other)));
    });
}

function list(experiment: string | undefined, options: RunsOptions): void {
  const runs = chosen(experiment, options);
  if (options.json) {
    console.log(JSON.stringify(runs.map(toJson), null, 2));
  } else {
    console.log(runs.length > 0 ? runsTable(runs) : 'No run is recorded.');
  }
}

function chosen(experiment: string | undefined, { scale }: RunsOptions): readonly ListedRun[] {
  const wanted = scale === undefined ? undefined : parseScale(scale);
  const { runs, damaged } = listRuns({ experiment, scale: wanted });
  damaged.forEach((message) => console.error(message));
  return runs;
}

function toJson({ experiment, scale, status, file, record }: ListedRun) {
  const { id, startedAt } = record.run;
  return { id, experiment, scale, status, startedAt, ...summarise(record), file };
}

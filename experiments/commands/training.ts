import type { Command } from 'commander';

import { overrideConfig, parseOverrides } from '../../lib/config';
import { UsageError } from '../../lib/errors';
import { NETWORK_NAMES } from '../../lib/models/networks';
import { parseScale } from '../../lib/results/scale';
import { recordFile, recordFolder } from '../../lib/results/store';
import { convergenceConfig } from '../convergence';
import { EXPERIMENTS, planRuns, runConfigs } from '../run';

interface ScaleOptions {
  readonly scale: string;
  readonly dryRun?: boolean;
}

/** Records of `lab train` are kept under this name. */
const TRAIN = 'train';

/** `lab train <network>` and `lab run <experiment>`. */
export function addTrainingCommands(program: Command): void {
  program
    .command('train')
    .argument('<network>', NETWORK_NAMES.join(', '))
    .argument('[settings...]', 'dotted settings, e.g. epochs=3 network.width=0.5')
    .option('--scale <scale>', 'smoke, quick or standard', 'quick')
    .description('train one network on CIFAR-10 and record the run')
    .action(async (network: string, settings: string[], options: ScaleOptions) => {
      const scale = parseScale(options.scale);
      const config = overrideConfig(convergenceConfig(network, scale), parseOverrides(settings));
      const [record] = await runConfigs(TRAIN, scale, [config]);
      console.log(recordFile(recordFolder(TRAIN, scale), record.run.id));
    });
  program
    .command('run')
    .argument('<experiment>', [...EXPERIMENTS.keys()].join(', '))
    .argument('[settings...]', 'dotted settings for every run, e.g. epochs=3')
    .option('--scale <scale>', 'smoke, quick or standard', 'quick')
    .option('--dry-run', 'list the runs without running them')
    .description('run an experiment; finished runs are skipped, one that was killed starts over')
    .action(runExperiment);
}

async function runExperiment(
  experiment: string,
  settings: string[],
  options: ScaleOptions,
): Promise<void> {
  const scale = parseScale(options.scale);
  const configsOf = EXPERIMENTS.get(experiment);
  if (!configsOf) {
    throw new UsageError(
      `Unknown experiment "${experiment}": expected one of ${[...EXPERIMENTS.keys()].join(', ')}.`,
    );
  }
  const configs = configsOf(scale, parseOverrides(settings));
  if (options.dryRun) {
    for (const { id, finished } of await planRuns(experiment, scale, configs)) {
      console.log(`${finished ? 'finished' : 'to run  '}  ${id}`);
    }
    return;
  }
  await runConfigs(experiment, scale, configs);
}

import path from 'node:path';

import type { Command } from 'commander';

import { parseOverrides } from '../../lib/config';
import { UsageError } from '../../lib/errors';
import { NETWORK_NAMES } from '../../lib/models/networks';
import { parseScale, type Scale, SCALE_WORDS } from '../../lib/results/scale';
import { recordFile, recordFolder } from '../../lib/results/store';
import { cellTitles } from '../cellTitle';
import { checkpointChoices, checkpointOptions, type CheckpointWords } from '../checkpointOptions';
import { convergenceConfig } from '../convergence';
import { costText } from '../dryRun';
import { EVALUATION_EXPERIMENTS, planEvaluations, runEvaluations } from '../evaluations';
import { EXPERIMENTS, type PlannedRun, planRuns, runConfigs, type RunOptions } from '../run';
import { summaryText } from '../runTexts';

interface TrainOptions extends CheckpointWords {
  readonly scale: string;
  readonly tensorboard?: boolean;
}

interface ExperimentOptions extends TrainOptions {
  readonly dryRun?: boolean;
  readonly jobs: string;
}

/** Records of `lab train` are kept under this name. */
const TRAIN = 'train';

/** What `lab run` knows: experiments that train, and those that evaluate what is trained. */
const NAMES = [...EXPERIMENTS.keys(), ...EVALUATION_EXPERIMENTS.keys()];

/** `lab train <network>` and `lab run <experiment>`. */
export function addTrainingCommands(program: Command): void {
  const train = program
    .command('train')
    .argument('<network>', NETWORK_NAMES.join(', '))
    .argument('[settings...]', 'dotted settings, e.g. epochs=3 network.width=0.5')
    .option('--scale <scale>', SCALE_WORDS, 'quick')
    .description(
      'train one network on CIFAR-10, or on images in folders (data.name=imageFolder), and record the run',
    )
    .action(trainNetwork);
  const run = program
    .command('run')
    .argument('<experiment>', NAMES.join(', '))
    .argument('[settings...]', 'dotted settings for every run, e.g. epochs=3')
    .option('--scale <scale>', SCALE_WORDS, 'quick')
    .option('--dry-run', 'list the runs without running them')
    .option('--jobs <count>', 'runs at a time, each in a process of its own; the same records', '1')
    .description('run an experiment; finished runs are skipped, an interrupted one goes on')
    .action(runExperiment);
  for (const command of [train, run]) {
    command.option('--tensorboard', 'write event files for TensorBoard, beside the records');
    checkpointOptions().forEach((option) => command.addOption(option));
  }
}

async function trainNetwork(
  network: string,
  settings: string[],
  options: TrainOptions,
): Promise<void> {
  const scale = parseScale(options.scale);
  const config = convergenceConfig(network, scale, parseOverrides(settings));
  const { outcomes, interrupted } = await runConfigs(TRAIN, scale, [config], {
    ...taskOptions(options),
  });
  for (const outcome of outcomes) {
    const file = recordFile(recordFolder(TRAIN, scale), outcome.record.run.id);
    console.error(summaryText(outcome, path.relative('', file)));
    console.log(file);
  }
  process.exitCode = interrupted;
}

async function runExperiment(
  experiment: string,
  settings: string[],
  options: ExperimentOptions,
): Promise<void> {
  const scale = parseScale(options.scale);
  const jobs = parseJobs(options.jobs);
  if (EVALUATION_EXPERIMENTS.has(experiment)) {
    return evaluateExperiment(experiment, scale, settings, options);
  }
  const configsOf = EXPERIMENTS.get(experiment);
  if (!configsOf) {
    throw new UsageError(
      `Unknown experiment "${experiment}": expected one of ${NAMES.join(', ')}.`,
    );
  }
  const configs = configsOf(scale, parseOverrides(settings));
  if (configs.length === 0) {
    throw new UsageError(`${experiment} has no runs at ${scale} scale: add --scale standard.`);
  }
  if (options.dryRun) return listRuns(await planRuns(experiment, scale, configs));
  const { interrupted } = await runConfigs(experiment, scale, configs, {
    jobs,
    ...taskOptions(options),
  });
  process.exitCode = interrupted;
}

async function listRuns(planned: readonly PlannedRun[]): Promise<void> {
  const titles = cellTitles(planned.map(({ config }) => config));
  for (const [index, { id, finished }] of planned.entries()) {
    console.log(`${finished ? 'finished' : 'to run  '}  ${id}  ${titles[index]}`);
  }
  console.error(await costText(planned));
}

async function evaluateExperiment(
  experiment: string,
  scale: Scale,
  settings: readonly string[],
  { dryRun, ...options }: ExperimentOptions,
): Promise<void> {
  const choices = Object.values(checkpointChoices(options)).filter((value) => value !== undefined);
  if (settings.length > 0 || options.jobs !== '1' || options.tensorboard || choices.length > 0) {
    throw new UsageError(
      `${experiment} evaluates what other experiments have trained: it takes --scale and --dry-run, nothing else.`,
    );
  }
  const planned = EVALUATION_EXPERIMENTS.get(experiment)?.(scale) ?? [];
  if (dryRun) {
    for (const { title, finished } of await planEvaluations(experiment, scale, planned)) {
      console.log(`${finished ? 'finished' : 'to run  '}  ${title}`);
    }
    return;
  }
  const { interrupted } = await runEvaluations(experiment, scale, planned);
  process.exitCode = interrupted;
}

function taskOptions(options: TrainOptions): Pick<RunOptions, 'tensorBoard' | 'checkpoints'> {
  return { tensorBoard: options.tensorboard, checkpoints: checkpointChoices(options) };
}

function parseJobs(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) {
    throw new UsageError(`--jobs is "${text}": expected a whole number from 1 to 99.`);
  }
  return Number(text);
}

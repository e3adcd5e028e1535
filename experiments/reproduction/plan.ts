import { existsSync } from 'node:fs';

import { type Config, configHash } from '../../lib/config';
import { UsageError } from '../../lib/errors';
import type { Scale } from '../../lib/results/scale';
import { readRecord, recordFile, recordFolder } from '../../lib/results/store';
import { cellTitles } from '../cellTitle';
import { memberRuns } from '../evaluatedRuns';
import { EVALUATION_EXPERIMENTS, planEvaluations, titleOf } from '../evaluations';
import type { PlannedEvaluation } from '../plannedEvaluation';
import { EXPERIMENTS, planRuns } from '../run';

/** A run that the reproduction trains. */
export interface PlannedTraining {
  readonly experiment: string;
  readonly config: Config;
  readonly id: string;
  readonly title: string;
  readonly finished: boolean;
  /** How much of it has been done before, 0 up to less than 1: at least its end is left where it is not finished. */
  readonly done: number;
}

/** An evaluation that the reproduction makes of runs that it trains. */
export interface ExperimentEvaluation {
  readonly experiment: string;
  readonly planned: PlannedEvaluation;
  readonly title: string;
  readonly finished: boolean;
}

/** Everything that is trained and evaluated, in order, finished or not. */
export interface ReproductionPlan {
  readonly trainings: readonly PlannedTraining[];
  readonly evaluations: readonly ExperimentEvaluation[];
}

/** What `lab reproduce --only` knows. */
export const PARTS: readonly string[] = [...EXPERIMENTS.keys(), ...EVALUATION_EXPERIMENTS.keys()];

/**
 * The plan of a scale, or of one of its experiments alone.
 *
 * Throws a UsageError for an unknown experiment, and as `planEvaluations` does when weights are needed that are not here.
 */
export async function planReproduction(scale: Scale, only?: string): Promise<ReproductionPlan> {
  if (only !== undefined && !PARTS.includes(only)) {
    throw new UsageError(`--only is "${only}": expected one of ${PARTS.join(', ')}.`);
  }
  const isWanted = (experiment: string): boolean => (only ?? experiment) === experiment;
  const trainings: PlannedTraining[] = [];
  for (const experiment of [...EXPERIMENTS.keys()].filter(isWanted)) {
    trainings.push(...(await trainingsOf(experiment, scale)));
  }
  const evaluations: ExperimentEvaluation[] = [];
  for (const experiment of [...EVALUATION_EXPERIMENTS.keys()].filter(isWanted)) {
    evaluations.push(...(await evaluationsOf(experiment, scale)));
  }
  return { trainings, evaluations };
}

/** The configs of an experiment's own runs; those of `convergence` are what its figures show. */
export function ownConfigs(experiment: string, scale: Scale): readonly Config[] {
  return EXPERIMENTS.get(experiment)?.(scale, {}) ?? [];
}

async function trainingsOf(experiment: string, scale: Scale): Promise<readonly PlannedTraining[]> {
  const own = ownConfigs(experiment, scale);
  const configs = [...own, ...otherMembers(experiment, scale, own)];
  const folder = recordFolder(experiment, scale);
  const runs = await planRuns(experiment, scale, configs);
  const titles = cellTitles(runs.map(({ config }) => config));
  return runs.map(({ id, config, finished }, index) => ({
    ...{ experiment, config, id, finished },
    title: `${experiment}: ${titles[index]}`,
    done: finished ? 0 : shareDone(recordFile(folder, id), config),
  }));
}

/** The runs that are evaluated, but are none of an experiment's own. */
function otherMembers(experiment: string, scale: Scale, own: readonly Config[]): readonly Config[] {
  const members = [...EVALUATION_EXPERIMENTS.values()]
    .flatMap((planned) => planned(scale))
    .filter(({ trainedBy }) => trainedBy === experiment)
    .flatMap(({ runs }) => runs);
  const others = new Map(members.map((config) => [configHash(config), config]));
  own.forEach((config) => others.delete(configHash(config)));
  return [...others.values()];
}

const MOST_DONE = 0.99;

/** By finished epochs, after each of which there is a checkpoint. */
function shareDone(file: string, { epochs }: Config): number {
  return existsSync(file) ? Math.min(MOST_DONE, readRecord(file).epochs.length / epochs) : 0;
}

async function evaluationsOf(
  experiment: string,
  scale: Scale,
): Promise<readonly ExperimentEvaluation[]> {
  const all = EVALUATION_EXPERIMENTS.get(experiment)?.(scale) ?? [];
  const members = await memberRuns(scale, all);
  const isTrained = ({ runs }: PlannedEvaluation): boolean =>
    runs.every((config) => members.get(config)?.finished);
  const ready = all.filter(isTrained);
  // An evaluation whose runs are yet to be trained cannot have been made.
  const listed = ready.length > 0 ? await planEvaluations(experiment, scale, ready) : [];
  return all.map((planned) => ({
    ...{ experiment, planned },
    title: `${experiment}: ${titleOf(planned)}`,
    finished: listed[ready.indexOf(planned)]?.finished ?? false,
  }));
}

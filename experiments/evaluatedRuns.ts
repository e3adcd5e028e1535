import type { Config } from '../lib/config';
import { LabError } from '../lib/errors';
import { distinct } from '../lib/report/summary';
import type { Scale } from '../lib/results/scale';
import { recordFile, recordFolder } from '../lib/results/store';
import type { PlannedEvaluation } from './plannedEvaluation';
import { EXPERIMENTS, type PlannedRun, planRuns } from './run';

/** A run that is evaluated, and the experiment that trains it. */
export interface MemberRun extends PlannedRun {
  readonly trainedBy: string;
}

/** The runs that evaluations need, finished or not, by the configs of the plan. */
export async function memberRuns(
  scale: Scale,
  evaluations: readonly PlannedEvaluation[],
): Promise<ReadonlyMap<Config, MemberRun>> {
  const members = new Map<Config, MemberRun>();
  for (const trainedBy of distinct(evaluations.map((one) => one.trainedBy))) {
    const own = evaluations.filter((one) => one.trainedBy === trainedBy);
    const configs = own.flatMap(({ runs }) => runs);
    const planned = await planRuns(trainedBy, scale, configs);
    planned.forEach((run, index) => members.set(configs[index], { ...run, trainedBy }));
  }
  return members;
}

/**
 * The records of the finished runs that evaluations need, by config.
 *
 * Throws a LabError that gives the commands that make those which are missing.
 */
export async function finishedRunFiles(
  scale: Scale,
  evaluations: readonly PlannedEvaluation[],
): Promise<ReadonlyMap<Config, string>> {
  const members = await memberRuns(scale, evaluations);
  const runs = [...members.values()];
  const missing = runs.filter(({ finished }) => !finished);
  if (missing.length > 0) {
    const ids = (some: readonly MemberRun[]) => distinct(some.map(({ id }) => id));
    const commands = distinct(missing.map((run) => commandOf(scale, run)));
    throw new LabError(
      `${ids(missing).length} of the ${ids(runs).length} runs to be evaluated have not been trained to their end: ${ids(missing).join(', ')}. ` +
        `Train them with: ${commands.join(' and ')}`,
    );
  }
  return new Map(
    [...members].map(([config, { id, trainedBy }]) => [
      config,
      recordFile(recordFolder(trainedBy, scale), id),
    ]),
  );
}

/** What trains a run: the experiment itself, where the seed is one of its own, else what also trains all that is evaluated. */
function commandOf(scale: Scale, { trainedBy, config: { seed } }: MemberRun): string {
  const planned = EXPERIMENTS.get(trainedBy)?.(scale, {}) ?? [];
  const own = planned.some((config) => config.seed === seed);
  return own
    ? `npm run lab -- run ${trainedBy} --scale ${scale}`
    : `npm run lab -- reproduce --scale ${scale} --only ${trainedBy}`;
}

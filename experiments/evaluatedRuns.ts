import type { Config } from '../lib/config';
import { LabError } from '../lib/errors';
import type { Scale } from '../lib/results/scale';
import { recordFile, recordFolder } from '../lib/results/store';
import { CONVERGENCE, convergenceConfigs } from './convergence';
import { planRuns } from './run';

/**
 * The records of finished runs of `convergence`, by config.
 *
 * Throws a LabError that gives the commands that make those which are missing.
 */
export async function finishedRunFiles(
  scale: Scale,
  configs: readonly Config[],
): Promise<ReadonlyMap<Config, string>> {
  const planned = await planRuns(CONVERGENCE, scale, configs);
  const ids = new Set(planned.map(({ id }) => id));
  const missing = planned.filter(({ finished }) => !finished);
  if (missing.length > 0) {
    const missingIds = [...new Set(missing.map(({ id }) => id))];
    const seeds = new Set(missing.map(({ config }) => config.seed));
    const commands = [...new Set([...seeds].map((seed) => commandOf(scale, seed)))];
    throw new LabError(
      `${missingIds.length} of the ${ids.size} runs to be evaluated have not been trained to their end: ${missingIds.join(', ')}. ` +
        `Train them with: ${commands.join(' and ')}`,
    );
  }
  const folder = recordFolder(CONVERGENCE, scale);
  return new Map(planned.map(({ id }, index) => [configs[index], recordFile(folder, id)]));
}

/** What trains the runs of a seed: the experiment itself, where the seed is one of its own. */
function commandOf(scale: Scale, seed: number): string {
  const own = convergenceConfigs(scale).some((config) => config.seed === seed);
  return `npm run lab -- run ${CONVERGENCE} --scale ${scale}${own ? '' : ` seed=${seed}`}`;
}

import type { Config, Overrides } from '../lib/config';
import type { RunRecord } from '../lib/results/record';
import { recordedRun, resolveBackend, runId } from '../lib/results/recordedRun';
import type { Scale } from '../lib/results/scale';
import { finishedRecord, recordFolder } from '../lib/results/store';
import { CONVERGENCE, convergenceConfigs } from './convergence';
import { interruption } from './interruption';
import { progressDisplay } from './progress';

/** The experiments by name: each gives the configs of a scale. */
export const EXPERIMENTS: ReadonlyMap<
  string,
  (scale: Scale, overrides: Overrides) => readonly Config[]
> = new Map([[CONVERGENCE, convergenceConfigs]]);

/** A planned run and whether its record is there already. */
export interface PlannedRun {
  readonly id: string;
  readonly config: Config;
  readonly finished: boolean;
}

/** What an experiment would run, without running it. */
export async function planRuns(
  experiment: string,
  scale: Scale,
  configs: readonly Config[],
): Promise<readonly PlannedRun[]> {
  const folder = recordFolder(experiment, scale);
  const resolved = await Promise.all(configs.map((config) => resolveBackend(config)));
  return resolved.map(({ config }) => {
    const id = runId(experiment, config);
    return { id, config, finished: finishedRecord(folder, id) !== undefined };
  });
}

/** Runs configs one after the other; finished ones are skipped, and an interrupt stops after the current step. */
export async function runConfigs(
  experiment: string,
  scale: string,
  configs: readonly Config[],
): Promise<readonly RunRecord[]> {
  const records: RunRecord[] = [];
  const { signal, release } = interruption();
  try {
    for (const [index, config] of configs.entries()) {
      if (signal.aborted) break;
      const title = `[${index + 1}/${configs.length}] ${config.network.name} seed ${config.seed}`;
      records.push(await runOne(experiment, scale, config, title, signal));
    }
  } finally {
    release();
  }
  return records;
}

async function runOne(
  experiment: string,
  scale: string,
  config: Config,
  title: string,
  signal: AbortSignal,
): Promise<RunRecord> {
  const display = progressDisplay(title, config.batchSize);
  const run = { experiment, folder: recordFolder(experiment, scale), config };
  const { record, skipped } = await recordedRun(run, { ...display, signal }).finally(display.stop);
  const status = skipped ? 'finished before, skipped' : (record.final?.status ?? 'unfinished');
  console.error(`${title}  ${status}  (${record.run.id})`);
  return record;
}

import { type Backend, selectBackend } from '../backend/select';
import { type Config, configHash, overrideConfig } from '../config';
import { loadDataset } from '../data/load';
import { networkCost } from '../models/cost';
import { buildNetwork } from '../models/networks';
import { defaultExecution } from '../training/execution';
import { train, type TrainingEvents, type TrainingResult } from '../training/train';
import { describeEnvironment, describeGit } from './environment';
import { type FinalLine, RECORD_SCHEMA, type RunLine, type RunRecord } from './record';
import { beginRecord, finishedRecord, readRecord, recordFile } from './store';

/** A run that is recorded in a file of its own. */
export interface RecordedRun {
  readonly experiment: string;
  readonly folder: string;
  readonly config: Config;
}

/** The record of a run, and whether it was there before. */
export interface RecordedOutcome {
  readonly record: RunRecord;
  readonly skipped: boolean;
}

/** The runtime in use and the config that names it, so that runs on two runtimes have two records. */
export async function resolveBackend(
  config: Config,
): Promise<{ backend: Backend; config: Config }> {
  const backend = await selectBackend(config.backend);
  return { backend, config: overrideConfig(config, { backend: backend.name }) };
}

/** The name of a run's record: experiment, network, seed and a hash of the whole config. */
export function runId(experiment: string, config: Config): string {
  return `${experiment}-${config.network.name}-s${config.seed}-${configHash(config)}`;
}

/** Trains a config and writes its record line by line; a finished run is not trained again. */
export async function recordedRun(
  run: RecordedRun,
  events: TrainingEvents = {},
): Promise<RecordedOutcome> {
  const { backend, config } = await resolveBackend(run.config);
  const id = runId(run.experiment, config);
  const finished = finishedRecord(run.folder, id);
  if (finished) {
    return { record: finished, skipped: true };
  }
  const dataset = await loadDataset(config);
  const start = performance.now();
  const append = beginRecord(run.folder, firstLine(run.experiment, id, config, backend, dataset));
  const result = await train(config, dataset, {
    ...events,
    onEpoch: (line) => {
      append(line);
      events.onEpoch?.(line);
    },
  });
  append(finalLine(result, (performance.now() - start) / 1000));
  return { record: readRecord(recordFile(run.folder, id)), skipped: false };
}

function firstLine(
  experiment: string,
  id: string,
  config: Config,
  { name, version }: Backend,
  data: RunLine['data'],
): RunLine {
  const { parameters, multiplyAdds } = networkCost(buildNetwork(config.network));
  return {
    type: 'run',
    schema: RECORD_SCHEMA,
    id,
    experiment,
    startedAt: new Date().toISOString(),
    config,
    git: describeGit(),
    environment: describeEnvironment(),
    backend: { name, version },
    execution: {
      mode: config.execution ?? defaultExecution(),
      precision: config.precision ?? 'float32',
    },
    data: { name: data.name, sha256: data.sha256 },
    network: { parameters, multiplyAdds },
  };
}

function finalLine({ status, epochs }: TrainingResult, wallSeconds: number): FinalLine {
  const last = epochs.at(-1);
  return {
    type: 'final',
    status,
    top1Error: last?.top1Error ?? null,
    top5Error: last?.top5Error ?? null,
    wallSeconds,
  };
}

import type { Backend } from '../backend/select';
import type { Config } from '../config';
import type { TrainingData } from '../data/imageFolders';
import { networkCost } from '../models/cost';
import { buildNetwork } from '../models/networks';
import { defaultExecution } from '../training/execution';
import { describeEnvironment, describeGit } from './environment';
import {
  type EpochLine,
  type FinalLine,
  RECORD_SCHEMA,
  type RunLine,
  type RunStatus,
  UNSTEERED_SCHEMA,
} from './record';

/** What a run works with. */
export interface RunSetting {
  readonly experiment: string;
  /** The runtime that is selected; `config.backend` names it. */
  readonly backend: Backend;
  readonly config: Config;
  readonly dataset: TrainingData;
  /** Whether the run can be changed while it goes on. */
  readonly steered?: boolean;
}

/** The first line of a record, of a run that begins now. */
export function runLine(id: string, setting: RunSetting): RunLine {
  const { experiment, backend, config, dataset, steered } = setting;
  const { parameters, multiplyAdds } = networkCost(buildNetwork(config.network));
  return {
    type: 'run',
    schema: steered ? RECORD_SCHEMA : UNSTEERED_SCHEMA,
    id,
    experiment,
    startedAt: new Date().toISOString(),
    config,
    git: describeGit(),
    environment: describeEnvironment(),
    backend: { name: backend.name, version: backend.version },
    execution: {
      mode: config.execution ?? defaultExecution(),
      precision: config.precision ?? 'float32',
    },
    data: { name: dataset.name, sha256: dataset.sha256 },
    network: { parameters, multiplyAdds },
    ...(steered && { steered }),
  };
}

/** How a run went. */
export interface RunEnd {
  readonly status: RunStatus;
  readonly epochs: readonly EpochLine[];
  /** Updates of the weights. */
  readonly step: number;
}

/** The last line of the record of a run with this config. */
export function finalLine(
  { status, epochs, step }: RunEnd,
  config: Config,
  wallSeconds: number,
): FinalLine {
  const last = epochs.at(-1);
  const stoppedEarly = status === 'done' && epochs.length < config.epochs;
  return {
    type: 'final',
    status,
    top1Error: last?.top1Error ?? null,
    top5Error: last?.top5Error ?? null,
    wallSeconds,
    step,
    ...(stoppedEarly && { stoppedEarly }),
  };
}

/** A commit in one word, with "-dirty" where files differed from it; "unknown" outside a git checkout. */
export function commitName({ commit, dirty }: RunLine['git']): string {
  return commit === null ? 'unknown' : `${commit}${dirty ? '-dirty' : ''}`;
}

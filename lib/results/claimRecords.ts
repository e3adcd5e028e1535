import type { BenchResult } from '../bench/benchRecord';
import type { ClaimRecords } from '../claims/claim';
import type { NetworkConfig } from '../models/networks';
import { readBenchFile } from './benchFile';
import { readEvaluations } from './evaluationList';
import { newestSetting } from './newestSetting';
import { readPaper } from './paper';
import type { RunRecord } from './record';
import type { Scale } from './scale';
import { readRecords, recordFolder } from './store';

/** The records of a scale by which the paper's claims are judged. Throws a LabError for a damaged record. */
export function readClaimRecords(scale: Scale): ClaimRecords {
  const runs = (experiment: string) => readRecords(recordFolder(experiment, scale));
  const evaluations = (experiment: string) => readEvaluations(recordFolder(experiment, scale));
  const convergence = newestSetting(runs('convergence'));
  return {
    paper: readPaper(),
    shallow: newestSetting(runs('convergence').filter((run) => isShallower(run, convergence))),
    runs: {
      convergence,
      residualScaling: ended(runs('residualScaling')),
      warmUp: ended(runs('warmUp')),
      optimizers: ended(runs('optimizers')),
    },
    bench: readBenchFile() as BenchResult | undefined,
    evaluations: [...evaluations('crops'), ...evaluations('ensembles')],
  };
}

function ended(records: readonly RunRecord[]): readonly RunRecord[] {
  return records.filter(({ final }) => final && final.status !== 'stopped');
}

/** Whether a run's network has fewer blocks than the same network of others. */
function isShallower(record: RunRecord, others: readonly RunRecord[]): boolean {
  const { network } = record.run.config;
  return others.some(
    ({ run: { config } }) =>
      config.network.name === network.name && blocksOf(network) < blocksOf(config.network),
  );
}

function blocksOf({ repeats: { a, b, c } }: NetworkConfig): number {
  return a + b + c;
}

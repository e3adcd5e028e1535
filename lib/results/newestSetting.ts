import { isDeepStrictEqual } from 'node:util';

import { LabError } from '../errors';
import type { RunRecord } from './record';
import { type Scale, SCALES } from './scale';
import { readRecords, recordFolder } from './store';

/** Finished runs of one scale that may be compared. */
export interface ScaleRecords {
  readonly scale: Scale;
  readonly records: readonly RunRecord[];
}

/**
 * The finished runs of an experiment that share the newest run's setting, at a scale or at the largest that has any.
 *
 * Runs of one network differ in the seed alone, those of different networks in the network too; so a run with changed
 * hyperparameters never gets into a mean with others. Throws a LabError when nothing is recorded.
 */
export function newestRecords(experiment: string, scale?: Scale): ScaleRecords {
  const scales = scale ? [scale] : [...SCALES].reverse();
  for (const candidate of scales) {
    const records = newestSetting(readRecords(recordFolder(experiment, candidate)));
    if (records.length > 0) {
      return { scale: candidate, records };
    }
  }
  throw new LabError(
    `No finished run of "${experiment}" is recorded${scale ? ` at ${scale} scale` : ''}. ` +
      `Make them with: npm run lab -- run ${experiment} --scale ${scale ?? 'quick'}`,
  );
}

/** Those of the ended runs, diverged ones too, that share the setting of the last one that trained all its epochs. */
export function newestSetting(records: readonly RunRecord[]): readonly RunRecord[] {
  const ended = records.filter(({ final }) => final && final.status !== 'stopped');
  const newestFirst = ended.sort((a, b) => b.run.startedAt.localeCompare(a.run.startedAt));
  const newest = newestFirst.find(({ final }) => final?.status === 'done');
  if (!newest) {
    return [];
  }
  const comparable = newestFirst.filter((record) => sameSetting(record, newest));
  const chosen = comparable.filter((record) => {
    const newest = comparable.find(
      ({ run }) => run.config.network.name === record.run.config.network.name,
    );
    return isDeepStrictEqual(record.run.config.network, newest?.run.config.network);
  });
  return chosen.sort((a, b) => a.run.id.localeCompare(b.run.id));
}

/** Whether two runs were trained alike, whatever their network and seed. */
function sameSetting(a: RunRecord, b: RunRecord): boolean {
  const setting = ({ run }: RunRecord) => ({ ...run.config, network: undefined, seed: undefined });
  return isDeepStrictEqual(setting(a), setting(b));
}

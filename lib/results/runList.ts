import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { UsageError } from '../errors';
import { projectRoot } from '../projectRoot';
import { isHeld } from './lock';
import type { RunRecord, RunStatus } from './record';
import { RunFiles } from './runFiles';
import { type Scale, SCALES } from './scale';
import { readRecord, recordFolder } from './store';

/** A run that has a record: how it ended, or that a process works on it, or that one was killed at it. */
export interface ListedRun {
  readonly experiment: string;
  readonly scale: Scale;
  readonly status: RunStatus | 'running' | 'killed';
  readonly file: string;
  readonly record: RunRecord;
}

/** The recorded runs, and the records that cannot be read, with the reason. */
export interface RunList {
  readonly runs: readonly ListedRun[];
  readonly damaged: readonly string[];
}

/** Which runs are listed; absent: all. */
export interface RunChoice {
  readonly experiment?: string;
  readonly scale?: Scale;
}

/** Lists recorded runs by experiment, scale and id. Throws a UsageError for an experiment without any folder. */
export function listRuns({ experiment, scale }: RunChoice = {}): RunList {
  const recorded = recordedExperiments();
  if (experiment !== undefined && !recorded.includes(experiment)) {
    throw new UsageError(
      `No run of "${experiment}" is recorded: expected one of ${recorded.join(', ') || '(nothing is recorded yet)'}.`,
    );
  }
  const runs: ListedRun[] = [];
  const damaged: string[] = [];
  for (const name of experiment === undefined ? recorded : [experiment]) {
    for (const one of scale === undefined ? SCALES : [scale]) {
      for (const file of recordsOf(recordFolder(name, one))) {
        try {
          runs.push(listed(name, one, file));
        } catch (error) {
          damaged.push(error instanceof Error ? error.message : String(error));
        }
      }
    }
  }
  return { runs, damaged };
}

/**
 * The run whose id begins with, or ends in, some text; `otherwise` says what else tells runs apart.
 *
 * Throws a UsageError when it is none or more than one.
 */
export function findRun(
  runs: readonly ListedRun[],
  text: string,
  otherwise = '--scale',
): ListedRun {
  const exact = runs.filter(({ record }) => record.run.id === text);
  const found = exact.length > 0 ? exact : runs.filter(({ record: { run } }) => fits(run.id, text));
  if (found.length === 1) {
    return found[0];
  }
  const names = found.map(({ scale, record }) => `${record.run.id} (${scale})`);
  throw new UsageError(
    found.length === 0
      ? `No recorded run is called "${text}": expected the beginning of an id, or its last eight digits; "lab runs" lists them.`
      : `"${text}" fits ${names.length} runs: ${names.join(', ')}. Give more of the id, or ${otherwise}.`,
  );
}

function fits(id: string, text: string): boolean {
  return text !== '' && (id.startsWith(text) || id.endsWith(`-${text}`));
}

/** The folders of results that hold records, at whatever scale. */
function recordedExperiments(): readonly string[] {
  const results = path.join(projectRoot(), 'results');
  const entries = existsSync(results) ? readdirSync(results, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return names.filter((name) =>
    SCALES.some((scale) => recordsOf(recordFolder(name, scale)).length > 0),
  );
}

function recordsOf(folder: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const records = names.filter((name) => name.endsWith('.jsonl'));
  return records.sort().map((name) => path.join(folder, name));
}

function listed(experiment: string, scale: Scale, file: string): ListedRun {
  const record = readRecord(file);
  const { lock } = new RunFiles(path.dirname(file), record.run.id);
  const status = record.final?.status ?? (isHeld(lock) ? 'running' : 'killed');
  return { experiment, scale, status, file, record };
}

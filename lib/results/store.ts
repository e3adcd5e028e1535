import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { projectRoot } from '../projectRoot';
import { parseRecord, type RecordLine, type RunLine, type RunRecord } from './record';

/** The scale whose records are committed; the others' stay on the machine that made them (.gitignore). */
const COMMITTED_SCALE = 'standard';

/** Where the records of an experiment at a scale are kept. */
export function recordFolder(experiment: string, scale: string): string {
  const folder = path.join(projectRoot(), 'results', experiment);
  return scale === COMMITTED_SCALE ? folder : path.join(folder, scale);
}

/** All records of a folder, by id; none when the folder does not exist. Throws a LabError for a damaged record. */
export function readRecords(folder: string): readonly RunRecord[] {
  if (!existsSync(folder)) {
    return [];
  }
  const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  return names.sort().map((name) => readRecord(path.join(folder, name)));
}

/** The record of one run. */
export function readRecord(file: string): RunRecord {
  return parseRecord(readFileSync(file, 'utf8'), file);
}

/** The finished record of a run, if there is one; a stopped or killed run is not finished. */
export function finishedRecord(folder: string, id: string): RunRecord | undefined {
  const file = recordFile(folder, id);
  const record = existsSync(file) ? readRecord(file) : undefined;
  return record?.final && record.final.status !== 'stopped' ? record : undefined;
}

/** Path of a run's record. */
export function recordFile(folder: string, id: string): string {
  return path.join(folder, `${id}.jsonl`);
}

/** Begins a run's record with its first line, in place of an unfinished one; returns what appends the others. */
export function beginRecord(folder: string, run: RunLine): (line: RecordLine) => void {
  mkdirSync(folder, { recursive: true });
  const file = recordFile(folder, run.id);
  writeFileSync(file, toText(run));
  return (line) => appendFileSync(file, toText(line));
}

function toText(line: RecordLine): string {
  return `${JSON.stringify(line)}\n`;
}

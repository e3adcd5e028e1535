import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { LabError } from '../errors';
import { appendDurably, TEMPORARY, truncateDurably, writeDurably } from '../files/durable';
import { projectRoot } from '../projectRoot';
import { parseRecord } from './parseRecord';
import type { RecordLine, RunLine, RunRecord } from './record';

/** The scale whose records are committed; the others' stay on the machine that made them (.gitignore). */
const COMMITTED_SCALE = 'standard';

/** Where the records of an experiment at a scale are kept. */
export function recordFolder(experiment: string, scale: string): string {
  const folder = path.join(projectRoot(), 'results', experiment);
  return scale === COMMITTED_SCALE ? folder : path.join(folder, scale);
}

/**
 * The records of a folder, by id; none when the folder does not exist. Those of steered runs are left out, for their config
 * does not say what was done. Throws a LabError for a damaged record.
 */
export function readRecords(folder: string): readonly RunRecord[] {
  if (!existsSync(folder)) {
    return [];
  }
  const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  const records = names.sort().map((name) => readRecord(path.join(folder, name)));
  return records.filter(({ run }) => !run.steered);
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

/** Puts one more line on the disk. */
export type AppendLine = (line: RecordLine) => void;

/** How much of a record a checkpoint knows. */
export interface KnownLines {
  readonly epochs: number;
  readonly probes: number;
}

/**
 * Begins a run's record with its first line, in place of an unfinished one; returns what appends the others.
 *
 * Errors of the file system are thrown as they are; they leave the record as it was.
 */
export function beginRecord(folder: string, run: RunLine): AppendLine {
  const file = recordFile(folder, run.id);
  writeDurably(`${file}.${process.pid}${TEMPORARY}`, [Buffer.from(toText(run))], () => file);
  return appendTo(file);
}

/**
 * Goes on with an unfinished record from where a checkpoint was made: what came after it is cut off, for it comes again.
 *
 * Throws a LabError that names the file when it lacks lines that the checkpoint knows.
 */
export function resumeRecord(folder: string, id: string, known: KnownLines): AppendLine {
  const file = recordFile(folder, id);
  const complete = completeLines(readFileSync(file, 'utf8'));
  const text = complete.slice(0, 1 + known.epochs + known.probes).join('');
  const { epochs, probes } = parseRecord(text, file);
  if (epochs.length !== known.epochs || probes.length !== known.probes) {
    throw new LabError(
      `${file} does not begin with the ${known.epochs} epoch and ${known.probes} probe lines that its checkpoint knows. ` +
        `Put the record back as it was, or delete it and the folder of its checkpoints to train the run again.`,
    );
  }
  truncateDurably(file, Buffer.byteLength(text));
  return appendTo(file);
}

/** Deletes what killed processes left half written of a run's record. */
export function clearRecord(folder: string, id: string): void {
  const prefix = path.basename(recordFile(folder, id));
  const temporary = readdirSync(folder).filter(
    (name) => name.startsWith(prefix) && name.endsWith(TEMPORARY),
  );
  temporary.forEach((name) => rmSync(path.join(folder, name), { force: true }));
}

/** The lines with their ends; one that a kill cut short is left out. */
function completeLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n/g) ?? [];
}

function appendTo(file: string): AppendLine {
  return (line) => appendDurably(file, toText(line));
}

function toText(line: RecordLine): string {
  return `${JSON.stringify(line)}\n`;
}

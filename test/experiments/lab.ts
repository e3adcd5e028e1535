import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';

import { onTestFinished } from 'vitest';

import { planRuns } from '../../experiments/run';
import type { Config } from '../../lib/config';
import { projectRoot } from '../../lib/projectRoot';
import type { RunRecord } from '../../lib/results/record';
import { listRuns } from '../../lib/results/runList';
import { readRecord, recordFile, recordFolder } from '../../lib/results/store';

/** A program of Node, and what it writes. */
export class ChildProgram {
  readonly child: ChildProcessWithoutNullStreams;
  stdout = '';
  stderr = '';
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;

  constructor(words: readonly string[]) {
    this.child = spawn(process.execPath, [...words]);
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => resolve(signal ?? code));
    });
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  /** Waits until something stands on stderr; fails when it has ended before. */
  async says(text: string | RegExp): Promise<void> {
    const end = this.ended.then(() => 'ended');
    while (!this.stderr.match(text)) {
      if ((await Promise.race([end, pause(20)])) === 'ended' && !this.stderr.match(text)) {
        throw new Error(`It has ended without "${String(text)}":\n${this.stderr}`);
      }
    }
  }
}

/** The command line as a process of its own, as a user has it. */
export class LabProcess extends ChildProgram {
  constructor(words: readonly string[]) {
    super([path.join(projectRoot(), 'setup/lab.mjs'), ...words]);
  }
}

/** A number of milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The ids of an experiment's runs at smoke scale; what they leave behind goes away after the test. */
export async function smokeRuns(experiment: string, configs: readonly Config[]): Promise<string[]> {
  const ids = (await planRuns(experiment, 'smoke', configs)).map(({ id }) => id);
  onTestFinished(() => ids.forEach((id) => removeRun(experiment, id)));
  return ids;
}

/** The record of a run at smoke scale; undefined when there is none. */
export function smokeRecord(experiment: string, id: string): RunRecord | undefined {
  const file = recordFile(recordFolder(experiment, 'smoke'), id);
  return existsSync(file) ? readRecord(file) : undefined;
}

/** What `lab runs` says of a run at smoke scale. */
export function runStatus(experiment: string, id: string): string | undefined {
  const { runs } = listRuns({ experiment, scale: 'smoke' });
  return runs.find(({ record }) => record.run.id === id)?.status;
}

/** Takes away all that a run at smoke scale has left. */
export function removeRun(experiment: string, id: string): void {
  const folder = recordFolder(experiment, 'smoke');
  const left = [`${id}.jsonl`, `${id}.lock`, `checkpoints/${id}`, `tensorboard/${id}`];
  left.forEach((name) => rmSync(path.join(folder, name), { recursive: true, force: true }));
}

import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

import { LabError, UsageError } from '../lib/errors';
import { projectRoot } from '../lib/projectRoot';
import type { RecordedOutcome } from '../lib/results/recordedRun';
import type { Order, Report } from './jobMessages';
import type { RunTask } from './oneRun';
import type { RunDisplay } from './progress';

/** How much of what a process wrote to stderr is repeated when it died. */
const KEPT_CHARACTERS = 2000;

/** Processes that train one run each. */
export class Jobs {
  private readonly children = new Set<ChildProcess>();

  /** When `signal` aborts, every run ends after its current step. */
  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.children.forEach(stop), { once: true });
  }

  /**
   * Trains a run in a process of its own, with this one's environment: the same number of TensorFlow's threads as any
   * other run, since the sums, and with them the last bits of a result, depend on it.
   *
   * Throws what the run throws, or a LabError when its process died.
   */
  async complete(task: RunTask, display: RunDisplay): Promise<RecordedOutcome> {
    const child = fork(jobProgram(), [], {
      execArgv: [],
      // Ctrl-C on a terminal must not reach it, also while it loads: the other process says what it means.
      detached: true,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.children.add(child);
    try {
      return await follow(child, task, display, this.signal);
    } finally {
      this.children.delete(child);
    }
  }

  /** Ends all of them at once; what they have recorded stays. */
  kill(): void {
    this.children.forEach((child) => child.kill('SIGKILL'));
  }
}

function jobProgram(): string {
  return path.join(projectRoot(), 'dist/experiments/jobProgram.js');
}

function follow(
  child: ChildProcess,
  task: RunTask,
  display: RunDisplay,
  signal: AbortSignal,
): Promise<RecordedOutcome> {
  return new Promise((resolve, reject) => {
    let complaints = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-KEPT_CHARACTERS);
    });
    child.on('message', (report: Report) => {
      if (report.type === 'outcome') resolve(report.outcome);
      else if (report.type === 'failed') reject(failure(report));
      else show(report, display);
    });
    child.once('error', (error) => reject(new LabError(`It cannot be started: ${error.message}`)));
    // After a report this changes nothing any more.
    child.once('close', (code, name) => reject(died(name ?? `exit code ${code}`, complaints)));
    send(child, { type: 'run', task });
    if (signal.aborted) stop(child);
  });
}

function show(report: Exclude<Report, { type: 'outcome' | 'failed' }>, display: RunDisplay): void {
  switch (report.type) {
    case 'step':
      return display.onStep(report.progress);
    case 'epoch':
      return display.onEpoch(report.line);
    case 'resume':
      return display.onResume(report.position, report.file);
    case 'warning':
      return display.onWarning(report.text);
  }
}

function failure({ message, isUsageError }: Extract<Report, { type: 'failed' }>): Error {
  return isUsageError ? new UsageError(message) : new LabError(message);
}

function died(how: string, complaints: string): LabError {
  const last = complaints.trim().split('\n').slice(-3).join('\n');
  return new LabError(
    `Its process has ended with ${how}; the same command takes the run up again.${last && `\n${last}`}`,
  );
}

function stop(child: ChildProcess): void {
  send(child, { type: 'stop' });
}

function send(child: ChildProcess, order: Order): void {
  // One that has just ended cannot be told anything, and need not be.
  if (child.connected) child.send(order, () => undefined);
}

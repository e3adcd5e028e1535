import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

import type { Config } from '../lib/config';
import { LabError, UsageError } from '../lib/errors';
import { projectRoot } from '../lib/projectRoot';
import type { RecordedOutcome } from '../lib/results/recordedRun';
import type { Order, Report } from './jobMessages';
import type { RunTask } from './oneRun';
import type { RunDisplay } from './progress';
import type { TrainingPace } from './reproduction/calibration';

/** How much of what a process wrote to stderr is repeated when it died. */
const KEPT_CHARACTERS = 2000;

/** Processes that train, or measure, one run each. */
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
  complete(task: RunTask, display: RunDisplay): Promise<RecordedOutcome> {
    return this.ask({ type: 'run', task }, (report) =>
      report.type === 'outcome' ? report.outcome : show(report, display),
    );
  }

  /** How fast runs like that of a config are in processes of their own; the process's start counts. Throws as above. */
  async measure(config: Config): Promise<TrainingPace> {
    const start = performance.now();
    const pace = await this.ask({ type: 'measure', config }, (report) =>
      report.type === 'measured' ? report.pace : undefined,
    );
    const seconds = (performance.now() - start) / 1000;
    return { ...pace, seconds, startSeconds: pace.startSeconds + seconds - pace.seconds };
  }

  /** Starts a process with an order; `answerOf` makes the answer of one of its reports, undefined of the others. */
  private async ask<Answer>(
    order: Order,
    answerOf: (report: Report) => Answer | undefined,
  ): Promise<Answer> {
    const child = fork(jobProgram(), [], {
      execArgv: [],
      // Ctrl-C on a terminal must not reach it, also while it loads: the other process says what it means.
      detached: true,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.children.add(child);
    try {
      return await follow(child, order, answerOf, this.signal);
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

function follow<Answer>(
  child: ChildProcess,
  order: Order,
  answerOf: (report: Report) => Answer | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let complaints = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-KEPT_CHARACTERS);
    });
    child.on('message', (report: Report) => {
      if (report.type === 'failed') return reject(failure(report));
      const answer = answerOf(report);
      if (answer !== undefined) resolve(answer);
    });
    child.once('error', (error) => reject(new LabError(`It cannot be started: ${error.message}`)));
    // After a report this changes nothing any more.
    child.once('close', (code, name) => reject(died(name ?? `exit code ${code}`, complaints)));
    send(child, order);
    if (signal.aborted) stop(child);
  });
}

function show(report: Report, display: RunDisplay): undefined {
  if (report.type === 'step') display.onStep(report.progress);
  if (report.type === 'epoch') display.onEpoch(report.line);
  if (report.type === 'resume') display.onResume(report.position, report.file);
  if (report.type === 'warning') display.onWarning(report.text);
  return undefined;
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

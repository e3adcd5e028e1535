import { inspect } from 'node:util';

import type { LayersModel } from '@tensorflow/tfjs';

import type { Config } from '../config';
import { UsageError } from '../errors';
import type { EpochLine, RunRecord, RunStatus } from '../results/record';
import type { Weights } from '../training/execution';
import { type FinishedRun, runInWords, type WeightValues } from './finishedRun';
import { Replay } from './replay';

/** What starts a run's work: it gets the signal that stops it and the place for the epochs' lines. */
export type RunWork = (signal: AbortSignal, epochs: Replay<EpochLine>) => Promise<FinishedRun>;

/**
 * A run that goes on in the background: `await` it for how it ended, or loop over its epochs with `for await`.
 *
 * Everything that is there when the run has ended (`model`, `record`, `weights`, `save`) is also here then.
 */
export class Run implements PromiseLike<FinishedRun>, AsyncIterable<EpochLine> {
  private readonly lines = new Replay<EpochLine>();
  private readonly controller = new AbortController();
  private readonly outcome: Promise<FinishedRun>;
  private finished: FinishedRun | undefined;
  private hasFailed = false;

  constructor(
    /** Every setting of the run. */
    readonly config: Config,
    work: RunWork,
  ) {
    this.outcome = work(this.controller.signal, this.lines).then(
      (finished) => {
        this.finished = finished;
        this.lines.end();
        return finished;
      },
      (error: unknown) => {
        this.hasFailed = true;
        this.lines.fail(error);
        throw error;
      },
    );
    // Whoever awaits the run or loops over it gets the error; until somebody does it is not an unhandled one.
    this.outcome.catch(() => undefined);
  }

  /** 'running', 'stopping' until its step and its checkpoint are done, how it ended, or 'failed' when it threw. */
  get status(): RunStatus | 'running' | 'stopping' | 'failed' {
    if (this.hasFailed) return 'failed';
    return this.finished?.status ?? (this.controller.signal.aborted ? 'stopping' : 'running');
  }

  /** The epochs that are finished; errors in percent. */
  get epochs(): readonly EpochLine[] {
    return this.lines.soFar;
  }

  /** See `FinishedRun.model`. Throws a UsageError while the run goes on. */
  get model(): LayersModel {
    return this.end.model;
  }

  /** See `FinishedRun.record`. Throws a UsageError while the run goes on. */
  get record(): RunRecord {
    return this.end.record;
  }

  /** See `FinishedRun.weights`. Throws a UsageError while the run goes on. */
  weights(which: Weights = 'averaged'): WeightValues {
    return this.end.weights(which);
  }

  /** See `FinishedRun.save`. Throws a UsageError while the run goes on. */
  save(file: string, which: Weights = 'averaged'): void {
    this.end.save(file, which);
  }

  /** Ends the run after its current step, with a checkpoint; resolves when it has ended. Fine to call more than once. */
  stop(): Promise<FinishedRun> {
    this.controller.abort();
    // Not an async function: its promise would be another one, whose error nobody may be waiting for.
    return this.outcome;
  }

  /** See `FinishedRun.dispose`. Throws a UsageError while the run goes on: stop it first. */
  dispose(): void {
    if (this.status !== 'failed') this.end.dispose();
  }

  then<Result = FinishedRun, Failure = never>(
    onEnd?: ((finished: FinishedRun) => Result | PromiseLike<Result>) | null,
    onError?: ((error: unknown) => Failure | PromiseLike<Failure>) | null,
  ): PromiseLike<Result | Failure> {
    return this.outcome.then(onEnd, onError);
  }

  [Symbol.asyncIterator](): AsyncIterator<EpochLine> {
    return this.lines[Symbol.asyncIterator]();
  }

  /** What a notebook shows where the run is a cell's last line. */
  [inspect.custom](): string {
    return runInWords(this.config, this.status, this.epochs.length);
  }

  private get end(): FinishedRun {
    if (!this.finished) {
      throw new UsageError(
        this.hasFailed
          ? 'The run failed, so it has no weights or record: await it to see why.'
          : 'The run is still going on: await it first, or end it with "await run.stop()".',
      );
    }
    return this.finished;
  }
}

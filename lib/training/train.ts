import * as tf from '@tensorflow/tfjs';

import type { Config } from '../config';
import { type Batch, trainingBatches } from '../data/batches';
import type { Dataset } from '../data/dataset';
import { evaluate } from '../evaluation/evaluate';
import { buildNetwork } from '../models/networks';
import type { EpochLine, RunStatus } from '../results/record';
import { EpochTotals } from './epochTotals';
import type { Weights } from './execution';
import { exponentialSchedule } from './schedules';
import { TrainingState } from './step';
import { type TrainingImages, trainingImages } from './trainingImages';

/** Where a run stands after a step. */
export interface StepProgress {
  /** 1 in the first pass over the images. */
  readonly epoch: number;
  readonly step: number;
  readonly totalSteps: number;
  readonly loss: number;
  readonly learningRate: number;
}

/** What a run tells while it goes on. */
export interface TrainingEvents {
  readonly onStep?: (progress: StepProgress) => void;
  readonly onEpoch?: (line: EpochLine) => void;
  /** Ends the run after the current step. */
  readonly signal?: AbortSignal;
}

/** How a run ended. */
export interface TrainingResult {
  readonly status: RunStatus;
  readonly epochs: readonly EpochLine[];
}

/**
 * Trains the network of a config on a data set by the paper's method and evaluates it after every epoch.
 *
 * The runtime must have been selected before; `config.execution` and `config.precision` say how it is used. A loss that is not finite ends the run as 'diverged', an aborted signal
 * as 'stopped'; neither throws. All tensors are freed at the end.
 */
export async function train(
  config: Config,
  dataset: Dataset,
  events: TrainingEvents = {},
): Promise<TrainingResult> {
  const images = trainingImages(config, dataset);
  const network = buildNetwork(config.network);
  const state = new TrainingState(network, config, config);
  try {
    return await new Run(config, state, images, events).complete();
  } finally {
    state.dispose();
  }
}

/** One run over its epochs. */
class Run {
  private readonly epochs: EpochLine[] = [];
  private readonly stepsPerEpoch: number;
  private step = 0;

  constructor(
    private readonly config: Config,
    private readonly state: TrainingState,
    private readonly images: TrainingImages,
    private readonly events: TrainingEvents,
  ) {
    this.stepsPerEpoch = Math.floor(config.data.trainImages / config.batchSize);
  }

  async complete(): Promise<TrainingResult> {
    for (let epoch = 0; epoch < this.config.epochs; epoch++) {
      const outcome = await this.trainEpoch(epoch);
      if (typeof outcome === 'string') {
        return { status: outcome, epochs: this.epochs };
      }
      const line = await this.evaluateEpoch(epoch, outcome);
      this.epochs.push(line);
      this.events.onEpoch?.(line);
    }
    return { status: 'done', epochs: this.epochs };
  }

  /** The totals of the epoch's steps, or why the run ends within it. */
  private async trainEpoch(epoch: number): Promise<EpochTotals | 'stopped' | 'diverged'> {
    const totals = new EpochTotals();
    const learningRate = exponentialSchedule(this.config.optimizer, epoch);
    const start = now();
    for (const batch of this.timed(this.batches(epoch), totals)) {
      const result = this.state.step(batch, { learningRate });
      this.step += 1;
      if (!Number.isFinite(result.loss)) return 'diverged';
      totals.add(result, batch.count);
      this.tell(epoch, result.loss, learningRate);
      // Lets interrupts and progress displays have their turn.
      await tf.nextFrame();
      if (this.events.signal?.aborted) return 'stopped';
    }
    totals.seconds = now() - start;
    return totals;
  }

  /** The same batches; the time that they take to come is added to the totals. */
  private *timed(batches: Iterator<Batch>, totals: EpochTotals): Generator<Batch> {
    for (;;) {
      const start = now();
      const next = batches.next();
      totals.inputSeconds += now() - start;
      if (next.done) return;
      yield next.value;
    }
  }

  private batches(epoch: number) {
    const { batchSize, seed, data, network } = this.config;
    return trainingBatches(this.images.train, {
      batchSize,
      seed,
      epoch,
      augment: data.augment,
      imageSize: network.inputSize,
    });
  }

  private tell(epoch: number, loss: number, learningRate: number): void {
    const totalSteps = this.stepsPerEpoch * this.config.epochs;
    this.events.onStep?.({ epoch: epoch + 1, step: this.step, totalSteps, loss, learningRate });
  }

  private async evaluateEpoch(epoch: number, totals: EpochTotals): Promise<EpochLine> {
    const start = now();
    const averaged = await this.evaluate('averaged');
    const raw = await this.evaluate('raw');
    return {
      type: 'epoch',
      epoch: epoch + 1,
      step: this.step,
      learningRate: exponentialSchedule(this.config.optimizer, epoch),
      trainLoss: totals.meanLoss,
      trainTop1Error: totals.top1Error,
      testLoss: averaged.loss,
      top1Error: averaged.top1Error,
      top5Error: averaged.top5Error,
      rawTop1Error: raw.top1Error,
      rawTop5Error: raw.top5Error,
      seconds: { train: totals.seconds, input: totals.inputSeconds, evaluate: now() - start },
    };
  }

  private evaluate(weights: Weights) {
    return evaluate(
      (images, labels) => this.state.infer(weights, images, labels),
      this.images.test,
      this.config.network.inputSize,
    );
  }
}

function now(): number {
  return performance.now() / 1000;
}

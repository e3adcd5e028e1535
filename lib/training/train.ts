import * as tf from '@tensorflow/tfjs';

import type { Config } from '../config';
import { trainingBatches } from '../data/batches';
import { type Dataset, firstImages, type ImageSet } from '../data/dataset';
import { UsageError } from '../errors';
import { evaluate } from '../evaluation/evaluate';
import { buildNetwork } from '../models/networks';
import type { Network } from '../models/node';
import type { EpochLine, RunStatus } from '../results/record';
import { exponentialSchedule } from './schedules';
import { TrainingState } from './step';

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
 * The runtime must have been selected before. A loss that is not finite ends the run as 'diverged', an aborted signal
 * as 'stopped'; neither throws. All tensors are freed at the end.
 */
export async function train(
  config: Config,
  dataset: Dataset,
  events: TrainingEvents = {},
): Promise<TrainingResult> {
  const images = selectImages(config, dataset);
  const network = buildNetwork(config.network);
  const state = new TrainingState(network, config);
  try {
    return await new Run(config, network, state, images, events).complete();
  } finally {
    state.dispose();
  }
}

/** The images that a config uses of a data set. Throws a UsageError when they do not fit the network. */
function selectImages(
  { data, network, batchSize }: Config,
  dataset: Dataset,
): { train: ImageSet; test: ImageSet } {
  if (network.inputSize !== dataset.imageSize) {
    throw new UsageError(
      `network.inputSize is ${network.inputSize}, but the images of ${dataset.name} are ${dataset.imageSize} pixels wide.`,
    );
  }
  if (network.classes !== dataset.classNames.length) {
    throw new UsageError(
      `network.classes is ${network.classes}, but ${dataset.name} has ${dataset.classNames.length} classes.`,
    );
  }
  if (batchSize > data.trainImages) {
    throw new UsageError(
      `batchSize is ${batchSize}, more than data.trainImages (${data.trainImages}).`,
    );
  }
  const select = (split: ImageSet, count: number, key: string): ImageSet => {
    if (count > split.count) {
      throw new UsageError(
        `data.${key} is ${count}, but ${dataset.name} has ${split.count} such images.`,
      );
    }
    return firstImages(split, count, dataset.imageSize);
  };
  return {
    train: select(dataset.train, data.trainImages, 'trainImages'),
    test: select(dataset.test, data.testImages, 'testImages'),
  };
}

interface EpochSums {
  loss: number;
  misses: number;
  images: number;
  steps: number;
  inputSeconds: number;
  seconds: number;
}

/** One run over its epochs. */
class Run {
  private readonly epochs: EpochLine[] = [];
  private readonly stepsPerEpoch: number;
  private step = 0;

  constructor(
    private readonly config: Config,
    private readonly network: Network,
    private readonly state: TrainingState,
    private readonly images: { readonly train: ImageSet; readonly test: ImageSet },
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

  private async trainEpoch(epoch: number): Promise<EpochSums | 'stopped' | 'diverged'> {
    const sums: EpochSums = {
      loss: 0,
      misses: 0,
      images: 0,
      steps: 0,
      inputSeconds: 0,
      seconds: 0,
    };
    const learningRate = exponentialSchedule(this.config.optimizer, epoch);
    const batches = this.batches(epoch);
    const start = now();
    for (;;) {
      const waiting = now();
      const next = batches.next();
      sums.inputSeconds += now() - waiting;
      if (next.done) {
        break;
      }
      const { loss, misses } = this.state.step(next.value, learningRate);
      this.step += 1;
      if (!Number.isFinite(loss)) {
        return 'diverged';
      }
      sums.loss += loss;
      sums.misses += misses;
      sums.images += next.value.count;
      sums.steps += 1;
      this.tell(epoch, loss, learningRate);
      await tf.nextFrame();
      if (this.events.signal?.aborted) {
        return 'stopped';
      }
    }
    sums.seconds = now() - start;
    return sums;
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

  private async evaluateEpoch(epoch: number, sums: EpochSums): Promise<EpochLine> {
    const start = now();
    const averaged = await this.evaluate(this.state.averages.values);
    const raw = await this.evaluate(this.state.parameters);
    return {
      type: 'epoch',
      epoch: epoch + 1,
      step: this.step,
      learningRate: exponentialSchedule(this.config.optimizer, epoch),
      trainLoss: sums.loss / sums.steps,
      trainTop1Error: (100 * sums.misses) / sums.images,
      testLoss: averaged.loss,
      top1Error: averaged.top1Error,
      top5Error: averaged.top5Error,
      rawTop1Error: raw.top1Error,
      rawTop5Error: raw.top5Error,
      seconds: { train: sums.seconds, input: sums.inputSeconds, evaluate: now() - start },
    };
  }

  private evaluate(values: Parameters<typeof evaluate>[1]) {
    return evaluate(this.network, values, this.images.test, this.config.network.inputSize);
  }
}

function now(): number {
  return performance.now() / 1000;
}

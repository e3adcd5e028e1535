import * as tf from '@tensorflow/tfjs';

import type { Config } from '../config';
import type { Batch } from '../data/batches';
import { evaluate } from '../evaluation/evaluate';
import type { EpochLine, RunStatus } from '../results/record';
import { shouldStopEarly } from './earlyStopping';
import { EpochTotals } from './epochTotals';
import { ErrorAverage } from './errorAverage';
import type { Weights } from './execution';
import { type ProbedStep, probeLine, stepError } from './probeLine';
import { learningRateAt } from './schedules';
import type { Moment, Position } from './snapshot';
import { DEFAULT_STABILITY, probeAt, type ProbeKind } from './stabilityOptions';
import { Course, type SteeredSettings } from './steering';
import type { StepResult, TrainingState } from './step';
import type { TrainingOptions, TrainingResult } from './train';
import { type BatchStream, stepsPerEpoch, type TrainingImages } from './trainingImages';

/** How an epoch's steps end: all done, or the run ends among them. */
type EpochOutcome = 'complete' | Exclude<RunStatus, 'done'>;

/** What is steered of a run that goes by its config. */
const UNSTEERED: SteeredSettings = {};

/** One run over its epochs, from its start or from a snapshot. */
export class TrainingRun {
  private readonly epochs: EpochLine[] = [];
  private readonly stepsPerEpoch: number;
  private epoch = 0;
  private batch = 0;
  private step = 0;
  private totals = new EpochTotals();
  private zeroSteps = 0;
  private probes = 0;
  private error = new ErrorAverage();
  private warmUpEnd: number | undefined;
  private status: RunStatus | undefined;
  private readonly course: Course | undefined;

  constructor(
    private readonly config: Config,
    private readonly state: TrainingState,
    private readonly images: TrainingImages,
    private readonly options: TrainingOptions,
  ) {
    this.stepsPerEpoch = stepsPerEpoch(config, images.trainCount);
    const { steer, onChange, signal } = options;
    this.course = steer && new Course(config, steer, onChange, signal);
    if (options.resume) {
      const { position, tensors } = options.resume;
      this.state.restore(tensors, position.step);
      this.goOnFrom(position);
    }
  }

  /** Trains all epochs that are left. */
  async complete(): Promise<TrainingResult> {
    while (!this.status) {
      // Asked before an epoch, too: the snapshot of the last one's end does not tell that it was the last.
      const outcome = this.isOver ? 'done' : await this.completeEpoch();
      if (outcome !== 'complete') this.status = outcome;
    }
    this.offer(this.status === 'stopped' ? 'stop' : 'end');
    const { status, epochs, step } = this;
    return { status, epochs, step, stoppedEarly: this.hasStoppedEarly };
  }

  private get isOver(): boolean {
    return this.epoch === this.config.epochs || this.hasStoppedEarly;
  }

  private get hasStoppedEarly(): boolean {
    const { earlyStopping, epochs } = this.config;
    const errors = this.epochs.map(({ top1Error }) => top1Error);
    return (
      earlyStopping !== undefined &&
      errors.length < epochs &&
      shouldStopEarly(earlyStopping, errors)
    );
  }

  private async completeEpoch(): Promise<EpochOutcome> {
    const outcome = await this.trainEpoch();
    if (outcome !== 'complete') return outcome;
    if (!this.state.isFinite()) return 'diverged';
    const line = await this.evaluateEpoch().catch((error: unknown) => {
      if (error !== this.options.signal?.reason) throw error;
    });
    if (!line) return 'stopped';
    this.epochs.push(line);
    this.options.onEpoch?.(line);
    this.epoch += 1;
    this.batch = 0;
    this.totals = new EpochTotals();
    this.offer('epoch');
    return 'complete';
  }

  private async trainEpoch(): Promise<EpochOutcome> {
    const batches = this.images.trainBatches(this.epoch, this.batch);
    try {
      return await this.trainOn(batches);
    } finally {
      // Those that were prepared ahead are let go.
      await batches.return(undefined);
    }
  }

  private async trainOn(batches: BatchStream): Promise<EpochOutcome> {
    const perStep = this.config.accumulation ?? 1;
    const { diedAfter } = { ...DEFAULT_STABILITY, ...this.config.stability };
    while (this.batch < this.stepsPerEpoch * perStep) {
      const steered = this.course ? await this.course.before(this.step + 1) : UNSTEERED;
      if (!steered) return 'stopped';
      const result = await this.trainStep(batches, perStep, steered);
      if (!Number.isFinite(result.loss)) return 'diverged';
      if (this.zeroSteps >= diedAfter) return 'died';
      this.offer('step');
      // Lets interrupts and progress displays have their turn.
      await tf.nextFrame();
      if (this.options.signal?.aborted) return 'stopped';
    }
    return 'complete';
  }

  private async trainStep(
    batches: BatchStream,
    perStep: number,
    steered: SteeredSettings,
  ): Promise<StepResult> {
    const start = now();
    const input: Batch[] = [];
    while (input.length < perStep) input.push((await batches.next()).value as Batch);
    const ready = now();
    const images = input.reduce((sum, { count }) => sum + count, 0);
    const { learningRate = this.learningRate } = steered;
    const probe = probeAt(this.step, this.config.stability);
    const settings = { ...steered, learningRate, probe: probe !== 'none' };
    const result = this.state.step(input, settings);
    this.step += 1;
    this.batch += perStep;
    this.zeroSteps = result.largest === 0 ? this.zeroSteps + 1 : 0;
    this.totals.add(result, images, { seconds: now() - start, inputSeconds: ready - start });
    this.watchWarmUp(stepError(result, images));
    this.tellProbe(result, probe, { learningRate, images });
    this.tell(result, learningRate, images);
    return result;
  }

  /** Ends a warm-up that lasts until an error, once that is reached. */
  private watchWarmUp(top1Error: number): void {
    const untilError = this.config.warmUp?.untilError;
    if (untilError === undefined) return;
    this.error.add(top1Error);
    if (this.error.percent < untilError) this.warmUpEnd ??= this.step;
  }

  private get learningRate(): number {
    return this.learningRateOf(this.step);
  }

  private learningRateOf(step: number): number {
    return learningRateAt(this.config, step, this.stepsPerEpoch, this.warmUpEnd);
  }

  private tellProbe(result: StepResult, probe: ProbeKind, step: Omit<ProbedStep, 'step'>): void {
    if (probe === 'none') return;
    this.probes += 1;
    this.options.onProbe?.(probeLine(result, probe, { step: this.step, ...step }));
  }

  private tell(result: StepResult, learningRate: number, images: number): void {
    this.options.onStep?.({
      epoch: this.epoch + 1,
      step: this.step,
      totalSteps: this.stepsPerEpoch * this.config.epochs,
      loss: result.loss,
      learningRate,
      top1Error: this.totals.top1Error,
      stepTop1Error: stepError(result, images),
      images,
    });
  }

  /** The line of the epoch; rejects when the run is asked to stop meanwhile. */
  private async evaluateEpoch(): Promise<EpochLine> {
    const start = now();
    const averaged = await this.evaluate('averaged');
    const raw = await this.evaluate('raw');
    const { seconds: train, inputSeconds: input } = this.totals.sums;
    return {
      type: 'epoch',
      epoch: this.epoch + 1,
      step: this.step,
      learningRate: this.course?.learningRate ?? this.learningRateOf(this.step - 1),
      trainLoss: this.totals.meanLoss,
      trainTop1Error: this.totals.top1Error,
      testLoss: averaged.loss,
      top1Error: averaged.top1Error,
      top5Error: averaged.top5Error,
      rawTop1Error: raw.top1Error,
      rawTop5Error: raw.top5Error,
      seconds: { train, input, evaluate: now() - start },
    };
  }

  private evaluate(weights: Weights) {
    return evaluate(
      (images, labels) => this.state.infer(weights, images, labels, this.course?.scale),
      this.images.test,
      this.options.signal,
    );
  }

  private offer(moment: Moment): void {
    const { snapshots } = this.options;
    const { position } = this;
    if (snapshots?.due(position, moment)) {
      snapshots.save(position, this.state.tensors(), moment);
    }
  }

  private get position(): Position {
    const { epoch, batch, step, zeroSteps, epochs, probes, status } = this;
    const totals = this.totals.sums;
    return {
      ...{ epoch, batch, step, totals, zeroSteps, epochs: [...epochs], probes, status },
      ...(this.config.warmUp?.untilError !== undefined && {
        warmUpError: this.error.percent,
        warmUpEnd: this.warmUpEnd,
      }),
    };
  }

  private goOnFrom({ totals, epochs, status, warmUpError, ...counts }: Position): void {
    Object.assign(this, counts);
    this.error = new ErrorAverage(warmUpError);
    this.totals = new EpochTotals(totals);
    this.epochs.push(...epochs);
    this.status = status === 'stopped' ? undefined : status;
  }
}

function now(): number {
  return performance.now() / 1000;
}

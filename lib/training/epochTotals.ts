import type { StepResult } from './step';

/** Sums over the steps of one epoch. */
export interface EpochSums {
  readonly loss: number;
  readonly misses: number;
  readonly images: number;
  readonly steps: number;
  /** Wall time of the steps, and the part of it that waited for batches. */
  readonly seconds: number;
  readonly inputSeconds: number;
}

const NOTHING: EpochSums = {
  loss: 0,
  misses: 0,
  images: 0,
  steps: 0,
  seconds: 0,
  inputSeconds: 0,
};

/** Adds up the steps of one epoch and tells their means. */
export class EpochTotals {
  /** Starts at the sums of the epoch's first steps, where a run goes on within it. */
  constructor(private current: EpochSums = NOTHING) {}

  /** The sums so far. */
  get sums(): EpochSums {
    return this.current;
  }

  /** Adds a step on so many images, which took so long, and so long to come. */
  add(
    { loss, misses }: StepResult,
    images: number,
    time: Pick<EpochSums, 'seconds' | 'inputSeconds'>,
  ): void {
    const { current } = this;
    this.current = {
      loss: current.loss + loss,
      misses: current.misses + misses,
      images: current.images + images,
      steps: current.steps + 1,
      seconds: current.seconds + time.seconds,
      inputSeconds: current.inputSeconds + time.inputSeconds,
    };
  }

  /** Mean loss of the steps. */
  get meanLoss(): number {
    return this.current.loss / this.current.steps;
  }

  /** Share of images that were taken for another class, in percent. */
  get top1Error(): number {
    return (100 * this.current.misses) / this.current.images;
  }
}

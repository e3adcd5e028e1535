import type { StepResult } from './step';

/** Sums over the steps of one epoch, and their means. */
export class EpochTotals {
  /** Wall time of the epoch's steps, and the part of it that waited for batches. */
  seconds = 0;
  inputSeconds = 0;
  private loss = 0;
  private misses = 0;
  private images = 0;
  private steps = 0;

  /** Adds a step on so many images. */
  add({ loss, misses }: StepResult, images: number): void {
    this.loss += loss;
    this.misses += misses;
    this.images += images;
    this.steps += 1;
  }

  /** Mean loss of the steps. */
  get meanLoss(): number {
    return this.loss / this.steps;
  }

  /** Share of images that were taken for another class, in percent. */
  get top1Error(): number {
    return (100 * this.misses) / this.images;
  }
}

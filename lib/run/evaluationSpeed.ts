import type { EvaluationProgress } from '../results/recordedEvaluation';
import type { Speed } from './speed';

/**
 * Measures how fast an evaluation is; what an earlier process had done does not count, and nothing is known before the
 * first images. The time that is left supposes that no other model has been begun before.
 */
export class EvaluationSpeed {
  private last: (EvaluationProgress & { readonly time: number }) | undefined;
  private images = 0;
  private milliseconds = 0;

  /** `now` in milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Takes in what has been told last. */
  measure(progress: EvaluationProgress): Speed | undefined {
    const { model, models, done, images } = progress;
    const time = this.now();
    if (this.last?.model === model) {
      this.images += done - this.last.done;
      this.milliseconds += time - this.last.time;
    }
    this.last = { ...progress, time };
    if (this.images === 0) return undefined;
    const imagesPerSecond = (1000 * this.images) / this.milliseconds;
    const left = images - done + (models - model) * images;
    return { imagesPerSecond, secondsLeft: left / imagesPerSecond };
  }
}

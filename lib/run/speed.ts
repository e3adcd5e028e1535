import type { StepProgress } from '../training/train';

/** How fast a run is: images a second of late, and the seconds that are left if it goes on as so far. */
export interface Speed {
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
}

/** Over how many milliseconds images are counted. */
const WINDOW = 5000;

/**
 * Measures speed from steps; nothing is known before the second one.
 *
 * The first step is left out, because it also builds the graph. The time that is left counts evaluations in, images a
 * second do so only while one lies within the last five seconds.
 */
export class Speedometer {
  private first: { readonly time: number; readonly step: number } | undefined;
  private recent: { readonly time: number; readonly images: number }[] = [];

  /** `now` in milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Takes in a step that has just ended. */
  measure({ step, totalSteps, images }: StepProgress): Speed | undefined {
    const time = this.now();
    this.recent.push({ time, images });
    while (this.recent.length > 2 && this.recent[1].time < time - WINDOW) this.recent.shift();
    if (!this.first) {
      this.first = { time, step };
      return undefined;
    }
    const [start, ...counted] = this.recent;
    const sum = counted.reduce((total, entry) => total + entry.images, 0);
    const perStep = (time - this.first.time) / (step - this.first.step);
    return {
      imagesPerSecond: (1000 * sum) / (time - start.time),
      secondsLeft: ((totalSteps - step) * perStep) / 1000,
    };
  }
}

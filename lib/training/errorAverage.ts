/** Share of the average that a step leaves: it looks back on about a hundred steps. */
const DECAY = 0.99;

/** The moving average of the training top-1 error, in percent, from the 100 % of a network that knows nothing. */
export class ErrorAverage {
  /** The average up to now; given where a run goes on. */
  constructor(public percent = 100) {}

  /** Adds the error of a step, in percent. */
  add(top1Error: number): void {
    this.percent = DECAY * this.percent + (1 - DECAY) * top1Error;
  }
}

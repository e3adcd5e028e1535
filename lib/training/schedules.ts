/** How the learning rate falls. */
export interface ExponentialSchedule {
  /** Rate of the first epochs; 0.045 (section 4). */
  readonly learningRate: number;
  /** Factor of each fall; 0.94 (section 4). */
  readonly decayRate: number;
  /** Epochs between two falls; 2 (section 4). */
  readonly decayEpochs: number;
}

/** The learning rate of an epoch (the first is 0): `learningRate * decayRate ^ floor(epoch / decayEpochs)`. */
export function exponentialSchedule(schedule: ExponentialSchedule, epoch: number): number {
  return schedule.learningRate * schedule.decayRate ** Math.floor(epoch / schedule.decayEpochs);
}

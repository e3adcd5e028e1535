/** How the learning rate falls after the warm-up; the paper's is 'exponential' (section 4). */
export const SCHEDULES = ['exponential', 'cosine', 'constant'] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

/**
 * How a warm-up begins: 'constant' at a low rate and then at once the schedule's (the two phases of He et al. that
 * section 3.3 tried), or 'linear' from the low rate up to the schedule's (1706.02677).
 */
export const WARM_UPS = ['constant', 'linear'] as const;

/** A first phase at a low rate, so many steps or epochs long. */
export interface WarmUp {
  /** 'constant' at the low rate, or 'linear' up from it. */
  readonly kind: (typeof WARM_UPS)[number];
  /** The low rate; the paper's example is 0.00001 (section 3.3). */
  readonly learningRate: number;
  /** The length in steps; this, `epochs` or `untilError`. */
  readonly steps?: number;
  /** The length in epochs; this, `steps` or `untilError`. */
  readonly epochs?: number;
  /**
   * It lasts until the moving average of the training top-1 error is below so many percent, 80 in 1512.03385 section 4.2;
   * this, `steps` or `epochs`, and only of the kind 'constant'.
   */
  readonly untilError?: number;
}

/** How the learning rate falls. */
export interface ExponentialSchedule {
  /** Rate of the first epochs; 0.045 (section 4). */
  readonly learningRate: number;
  /** Factor of each fall; 0.94 (section 4). */
  readonly decayRate: number;
  /** Epochs between two falls; 2 (section 4). */
  readonly decayEpochs: number;
}

/** All that decides the learning rate of a step. */
export interface LearningRateSettings {
  readonly optimizer: ExponentialSchedule;
  readonly schedule?: ScheduleName;
  readonly warmUp?: WarmUp;
  readonly epochs: number;
}

/** The learning rate at an epoch (the first begins at 0, and 0.5 is its middle): `learningRate * decayRate ^ floor(epoch / decayEpochs)`. */
export function exponentialSchedule(schedule: ExponentialSchedule, epoch: number): number {
  return schedule.learningRate * schedule.decayRate ** Math.floor(epoch / schedule.decayEpochs);
}

/** Half a cosine from `learningRate` at the start down to 0 at the end (1608.03983); `share` of the run from 0 to 1. */
export function cosineSchedule(learningRate: number, share: number): number {
  return (learningRate * (1 + Math.cos(Math.PI * share))) / 2;
}

/**
 * The learning rate of a step (the first is 0) in a run of `stepsPerEpoch` steps an epoch.
 *
 * The warm-up takes the place of the schedule's first part; the schedule counts from the start of the run. `warmUpEnd` is the
 * step at which a warm-up with `untilError` was over, where it is.
 */
export function learningRateAt(
  settings: LearningRateSettings,
  step: number,
  stepsPerEpoch: number,
  warmUpEnd?: number,
): number {
  const { warmUp } = settings;
  const length = warmUp ? warmUpSteps(warmUp, stepsPerEpoch, warmUpEnd) : 0;
  if (!warmUp || step >= length) {
    return scheduled(settings, step, stepsPerEpoch);
  }
  if (warmUp.kind === 'constant') {
    return warmUp.learningRate;
  }
  const target = scheduled(settings, length, stepsPerEpoch);
  return warmUp.learningRate + ((target - warmUp.learningRate) * step) / length;
}

/** How many steps a warm-up takes; infinitely many of one with `untilError` whose end has not come. */
export function warmUpSteps(
  { steps, epochs = 0, untilError }: WarmUp,
  stepsPerEpoch: number,
  warmUpEnd = Infinity,
): number {
  return untilError === undefined ? (steps ?? Math.round(epochs * stepsPerEpoch)) : warmUpEnd;
}

function scheduled(
  { schedule = 'exponential', optimizer, epochs }: LearningRateSettings,
  step: number,
  stepsPerEpoch: number,
): number {
  switch (schedule) {
    case 'exponential':
      return exponentialSchedule(optimizer, step / stepsPerEpoch);
    case 'cosine':
      return cosineSchedule(optimizer.learningRate, step / (epochs * stepsPerEpoch));
    case 'constant':
      return optimizer.learningRate;
  }
}

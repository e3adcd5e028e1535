import type { Config } from '../config';
import type { TrainingData } from '../data/imageFolders';
import { LabError } from '../errors';
import { buildNetwork } from '../models/networks';
import type { ChangeLine, EpochLine, ProbeLine, RunStatus } from '../results/record';
import { requireExecution } from './execution';
import type { Snapshot, SnapshotKeeper } from './snapshot';
import type { Steer } from './steering';
import { TrainingState } from './step';
import { requireFit, trainingImages } from './trainingImages';
import { TrainingRun } from './trainingRun';

/** Where a run stands after a step. */
export interface StepProgress {
  /** 1 in the first pass over the images. */
  readonly epoch: number;
  readonly step: number;
  readonly totalSteps: number;
  readonly loss: number;
  readonly learningRate: number;
  /** Of the epoch so far, in training mode, in percent. */
  readonly top1Error: number;
  /** Of the images of this step alone. */
  readonly stepTop1Error: number;
  /** How many images the step took. */
  readonly images: number;
}

/** What a run tells while it goes on. */
export interface TrainingEvents {
  /** After every update of the weights. */
  readonly onStep?: (progress: StepProgress) => void;
  /** After every probe of the blocks (section 3.3). */
  readonly onProbe?: (line: ProbeLine) => void;
  /** After the evaluation at the end of every epoch. */
  readonly onEpoch?: (line: EpochLine) => void;
  /** Where a steered run is given other values than before, ahead of the step that is the first to have them. */
  readonly onChange?: (line: ChangeLine) => void;
  /** Asked and awaited before each step for values in the place of the config's; a promise that waits is a pause. */
  readonly steer?: Steer;
  /** Ends the run after the current step, or where it is paused. */
  readonly signal?: AbortSignal;
}

/** How a run is begun and kept. */
export interface TrainingOptions extends TrainingEvents {
  /** Where an earlier run of the same config ended; lines that it has told are not told again. */
  readonly resume?: Snapshot;
  /** Is offered a snapshot wherever the run could go on from one. */
  readonly snapshots?: SnapshotKeeper;
}

/** How a run ended. */
export interface TrainingResult {
  readonly status: RunStatus;
  readonly epochs: readonly EpochLine[];
  /** Updates of the weights. */
  readonly step: number;
  /** The error had stopped falling (`config.earlyStopping`). */
  readonly stoppedEarly: boolean;
}

/**
 * Trains the network of a config on images by the paper's method and evaluates it after every epoch.
 *
 * The runtime must have been selected before; `config.execution` and `config.precision` say how it is used. A loss or
 * weights that are not finite end the run as 'diverged', a last layer of zeros as 'died' (`config.stability`), an aborted
 * signal as 'stopped'; none of them throws. All tensors are
 * freed at the end. Throws a UsageError when config and images do not fit together or `steer` gives what no step can take,
 * an ImageError when a file of a folder cannot be read, and a LabError when a steered run shall go on from a snapshot,
 * which does not know how it was steered.
 */
export async function train(
  config: Config,
  data: TrainingData,
  options: TrainingOptions = {},
): Promise<TrainingResult> {
  if (options.resume && options.steer) {
    throw new LabError('internal: a steered run cannot go on from a snapshot.');
  }
  const images = trainingImages(config, data);
  try {
    const state = new TrainingState(buildNetwork(config.network), config, config);
    try {
      return await new TrainingRun(config, state, images, options).complete();
    } finally {
      state.dispose();
    }
  } finally {
    await images.close();
  }
}

/** Throws the UsageError that `train` would throw for a config and images, without training. */
export function requireTrainable(config: Config, data: TrainingData): void {
  requireFit(config, data);
  requireExecution(config);
}

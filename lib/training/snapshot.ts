import type * as tf from '@tensorflow/tfjs';

import type { EpochLine, RunStatus } from '../results/record';
import type { EpochSums } from './epochTotals';

/**
 * Where a run stands: with the config it decides everything that comes, since all randomness is drawn from the seed,
 * the epoch and the number of the batch. Plain JSON; numbers survive it exactly.
 */
export interface Position {
  /** The epoch under way; the first is 0. */
  readonly epoch: number;
  /** Batches of it that were used. */
  readonly batch: number;
  /** Updates of the weights, and of their moving averages, so far. */
  readonly step: number;
  /** Sums over the epoch under way. */
  readonly totals: EpochSums;
  /** Steps in a row, up to this one, at which the last layer before the average pool put out only zeros. */
  readonly zeroSteps: number;
  /** The average of the training error, where the warm-up looks at it. */
  readonly warmUpError?: number;
  /** The step at which the warm-up was over, where an error decides that and once it is. */
  readonly warmUpEnd?: number;
  /** How the run ended, once it has. */
  readonly status?: RunStatus;
  /** The lines of the finished epochs. */
  readonly epochs: readonly EpochLine[];
  /** How many probe lines were told so far. */
  readonly probes: number;
}

/** A position and all tensors that belong to it, by name, row-major: a run goes on from it as if it had not ended. */
export interface Snapshot {
  readonly position: Position;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/**
 * When a snapshot can be taken: after an update of the weights, after an epoch's evaluation, when the run is asked to
 * stop, and when it has ended.
 */
export type Moment = 'step' | 'epoch' | 'stop' | 'end';

/** Somebody who keeps snapshots of a run. */
export interface SnapshotKeeper {
  /** Whether one is wanted now. */
  due(position: Position, moment: Moment): boolean;
  /** Takes one; the tensors are only lent. */
  save(position: Position, tensors: ReadonlyMap<string, tf.Tensor>, moment: Moment): void;
}

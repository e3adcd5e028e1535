import type { Execution, Precision } from '../backend/executionChoices';
import type { Config } from '../config';
import type { PerStage } from '../models/node';
import type { Environment } from './environment';

/** Version of the record's form; a newer one is refused, not guessed at. 1 has no probe lines, 2 no change lines. */
export const RECORD_SCHEMA = 3;

/** What the record of a run that is not steered says, for older versions of the kit can read all of it. */
export const UNSTEERED_SCHEMA = 2;

/** First line of a record: everything that decided the run. */
export interface RunLine {
  readonly type: 'run';
  readonly schema: number;
  readonly id: string;
  readonly experiment: string;
  readonly startedAt: string;
  readonly config: Config;
  readonly git: { readonly commit: string | null; readonly dirty: boolean | null };
  readonly environment: Environment;
  readonly backend: { readonly name: string; readonly version: string };
  /** Absent in records from before there were compiled steps: eager, float32. */
  readonly execution?: { readonly mode: Execution; readonly precision: Precision };
  readonly data: { readonly name: string; readonly sha256: string };
  readonly network: { readonly parameters: number; readonly multiplyAdds: number };
  /** The run could be changed while it went on: its change lines, and not its config alone, say what was done. */
  readonly steered?: true;
}

/** One line after each epoch; errors in percent. */
export interface EpochLine {
  readonly type: 'epoch';
  /** 1 after the first pass over the training images. */
  readonly epoch: number;
  /** Training steps so far. */
  readonly step: number;
  readonly learningRate: number;
  /** Mean total loss of the epoch's batches: with label smoothing, the auxiliary head's loss and weight decay. */
  readonly trainLoss: number;
  /** Top-1 error on the epoch's batches, in training mode. */
  readonly trainTop1Error: number;
  /** On the test images, with the moving averages of the parameters. */
  readonly testLoss: number;
  readonly top1Error: number;
  readonly top5Error: number;
  /** The same with the parameters as they are. */
  readonly rawTop1Error: number;
  readonly rawTop5Error: number;
  /** Wall time; `input` is the part of `train` that waited for batches. */
  readonly seconds: { readonly train: number; readonly input: number; readonly evaluate: number };
}

/** How stable a layer is in one training step, before its update; null for a number that is not finite. */
export interface LayerStability {
  /** The block, of a residual block; the layer itself, of the last one before the average pooling. */
  readonly name: string;
  /** Share of the channels that are zero over the whole batch and grid, 0 to 1. */
  readonly deadChannels: number;
  /** Share of the activations that are zero, 0 to 1. */
  readonly zeros: number;
  /** Largest absolute activation. */
  readonly max: number | null;
  /** Standard deviation of the activations. */
  readonly deviation: number | null;
  /** L2 norm of the scaled residual over that of the trunk; of residual blocks only. */
  readonly residualToTrunk?: number | null;
  /** L2 norm of the loss's gradients of all trainable parameters of the block. */
  readonly gradientNorm: number | null;
}

/** One line every few steps: the residual blocks in order, then the last layer before the average pooling (section 3.3). */
export interface ProbeLine {
  readonly type: 'probe';
  /** Training steps so far, with the one that was probed. */
  readonly step: number;
  /** All of them, or the last layer alone (`stability.lastLayerEvery`). */
  readonly layers: readonly LayerStability[];
  /** Of the step's batch: its loss, its top-1 error in percent, in training mode, and the learning rate of the update. */
  readonly loss?: number | null;
  readonly top1Error?: number;
  readonly learningRate?: number;
}

/**
 * One line wherever a steered run was given other values than before; null: the config's own again.
 *
 * It stands before the lines of its step.
 */
export interface ChangeLine {
  readonly type: 'change';
  /** The first step with the new values; 1 is the first of the run. */
  readonly step: number;
  readonly learningRate?: number | null;
  /** Of all grids. */
  readonly residualScale?: PerStage | null;
  readonly gradientClip?: number | null;
}

/** How a run ended; 'died' and 'diverged' are results too (section 3.3). */
export type RunStatus = 'done' | 'died' | 'diverged' | 'stopped';

/** Last line of a record. */
export interface FinalLine {
  readonly type: 'final';
  readonly status: RunStatus;
  /** Errors of the last epoch; null when the run ended before one. */
  readonly top1Error: number | null;
  readonly top5Error: number | null;
  readonly wallSeconds: number;
  /** Training steps of the run; absent in records of schema 1. */
  readonly step?: number;
  /** The run was done before its last epoch, for it no longer improved. */
  readonly stoppedEarly?: true;
  /** Commits of the kit that went on with the run, where they are not the one of its first line. */
  readonly otherCommits?: readonly string[];
}

export type RecordLine = RunLine | EpochLine | ProbeLine | ChangeLine | FinalLine;

/** A run as read from its file; without `final` it is still going on, or was killed. */
export interface RunRecord {
  readonly run: RunLine;
  readonly epochs: readonly EpochLine[];
  readonly probes: readonly ProbeLine[];
  /** How the run was steered; none of a run that went by its config alone. */
  readonly changes: readonly ChangeLine[];
  readonly final?: FinalLine;
}

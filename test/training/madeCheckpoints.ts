import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { onTestFinished } from 'vitest';

import type { EpochLine } from '../../lib/results/record';
import { writeCheckpoint } from '../../lib/training/checkpointFile';
import type { Position } from '../../lib/training/snapshot';

/** The run whose checkpoints are made here. */
export const RUN = 'test-inception-v3-s0-00000000';

/** An empty folder for one test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-checkpoints-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The line of an epoch that ended at a step with a top-1 error in percent. */
export function epochLine(step: number, top1Error = 50): EpochLine {
  return {
    type: 'epoch',
    epoch: 1,
    step,
    learningRate: 0.045,
    trainLoss: 2.3,
    trainTop1Error: 90,
    testLoss: 2.3,
    top1Error,
    top5Error: 20,
    rawTop1Error: 60,
    rawTop5Error: 30,
    seconds: { train: 1, input: 0, evaluate: 1 },
  };
}

/** A position at a step. */
export function position(step: number, changes: Partial<Position> = {}): Position {
  return {
    epoch: 0,
    batch: step,
    step,
    totals: { loss: 2 / 3, misses: 3, images: 32, steps: 1, seconds: 0.1, inputSeconds: 0 },
    zeroSteps: 0,
    epochs: [],
    probes: 0,
    ...changes,
  };
}

/** Values that a careless way through text or through JavaScript's numbers would change. */
export const ODD_VALUES = [NaN, Infinity, -Infinity, -0, 1e-45, 1 / 3, 3.4028234663852886e38];

/** Writes a checkpoint with a few small tensors; returns its path. */
export function put(
  folder: string,
  where: Position,
  { run = RUN, seconds = 1.5, value = 1 } = {},
): string {
  return tf.tidy(() => {
    const tensors = new Map<string, tf.Tensor>([
      ['parameters/conv/kernel', tf.tensor2d([value, 2, 3, 4, 5, 6], [2, 3])],
      ['optimizer/step/conv/kernel', tf.tensor1d(ODD_VALUES)],
      ['averages/logits/beta', tf.scalar(0.1)],
    ]);
    return writeCheckpoint(folder, { run, seconds, commits: ['abc'] }, where, tensors);
  });
}

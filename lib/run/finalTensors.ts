import { existsSync } from 'node:fs';

import type * as tf from '@tensorflow/tfjs';

import { UsageError } from '../errors';
import { openCheckpoint } from '../training/checkpointFile';
import type { Moment, Position, SnapshotKeeper } from '../training/snapshot';
import type { FinalTensors } from './finishedRun';

/** Keeps copies of the weights with which a run ends, in memory. */
export class FinalWeights implements SnapshotKeeper {
  private copies: FinalTensors | undefined;

  due(_: Position, moment: Moment): boolean {
    return moment === 'stop' || moment === 'end';
  }

  save(_: Position, tensors: ReadonlyMap<string, tf.Tensor>): void {
    const weights = [...tensors].filter(([name]) => isWeight(name));
    // A copy, because the backend may hand out the memory that it goes on working with.
    this.copies = new Map(
      weights.map(([name, tensor]) => [name, tensor.dataSync<'float32'>().slice()]),
    );
  }

  /** The copies. Throws a UsageError when the run has not ended. */
  read(): FinalTensors {
    if (!this.copies) throw withoutWeights();
    return this.copies;
  }
}

/**
 * The weights in a run's newest checkpoint.
 *
 * Throws a UsageError when it is not there, or not any more, and a LabError when it is damaged.
 */
export function checkpointWeights(file: string | undefined, run: string): FinalTensors {
  if (file === undefined || !existsSync(file)) throw withoutWeights();
  const checkpoint = openCheckpoint(file, run);
  try {
    return new Map([...checkpoint.tensors].filter(([name]) => isWeight(name)));
  } finally {
    checkpoint.close();
  }
}

/** The optimizer's slots, which are as large as the weights, are of no use after the end. */
function isWeight(name: string): boolean {
  return name.startsWith('parameters/') || name.startsWith('averages/');
}

function withoutWeights(): UsageError {
  return new UsageError(
    'The run has no weights: its checkpoints are gone. If the same run has gone on since, use what that call gave. Train it again: with another `record`, or after deleting its record.',
  );
}

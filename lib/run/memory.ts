import * as tf from '@tensorflow/tfjs';

import { showTable } from '../figures/table';

const MEBIBYTE = 2 ** 20;

/**
 * Shows what is held in memory: how many tensors there are, their bytes, and the resident memory of this process, which
 * holds the tensors of the CPU, the images and everything else; in MiB.
 */
export async function showMemory(): Promise<void> {
  const { numTensors, numBytes } = tf.memory();
  await showTable([
    {
      tensors: numTensors,
      'tensors (MiB)': mebibytes(numBytes),
      'resident memory (MiB)': mebibytes(process.memoryUsage.rss()),
    },
  ]);
}

function mebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(1);
}

import * as tf from '@tensorflow/tfjs';

import { type BackendChoice, selectBackend } from '../backend/select';

/** A program that prints a sum as soon as a backend (its argument) has computed it. */
async function main(): Promise<void> {
  await selectBackend(process.argv[2] as BackendChoice);
  console.log(tf.sum(tf.ones([2])).dataSync()[0]);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

/**
 * Trains a small run with its record and checkpoints, in a process that can be killed: `node runProcess.mjs '<options>'`.
 *
 * Prints "step 1" and so on, and at the end the status, or the message of an error with exit code 1.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { convergenceConfig } = require('../../dist/experiments/convergence.js');
const { recordedRun } = require('../../dist/lib/results/recordedRun.js');

// Node would die of the signal that says that a file grew over its limit; with a listener the write fails instead.
process.on('SIGXFSZ', () => undefined);

const { folder, overrides, checkpoints } = JSON.parse(process.argv[2]);
const config = convergenceConfig('inception-resnet-v1', 'smoke', overrides);
try {
  const { record, skipped } = await recordedRun(
    { experiment: 'test', folder, config },
    { checkpoints, onStep: ({ step }) => console.log(`step ${step}`) },
  );
  console.log(skipped ? 'skipped' : record.final.status);
} catch (error) {
  console.log(error.name === 'LabError' ? error.message : error.stack);
  process.exitCode = 1;
}

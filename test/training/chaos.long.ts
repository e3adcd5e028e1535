import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import type { Execution } from '../../lib/backend/executionChoices';
import { selectBackend } from '../../lib/backend/select';
import { trainingBatches } from '../../lib/data/batches';
import { loadCifar10 } from '../../lib/data/cifar10';
import { firstImages, type ImageSet } from '../../lib/data/dataset';
import { buildNetwork, NETWORK_NAMES, type NetworkName } from '../../lib/models/networks';
import { TrainingState } from '../../lib/training/step';
import { hasTensorflow } from '../hasTensorflow';

const STEPS = 5;

let images: ImageSet;

/** Loss of the fifth step at the experiment's own learning rate, from weights that are off by a share. */
function fifthLoss(network: NetworkName, execution: Execution, share = 0): number {
  const config = convergenceConfig(network, 'quick');
  const state = new TrainingState(buildNetwork(config.network), config, { execution });
  for (const variable of state.weights('raw').values()) {
    if (variable instanceof tf.Variable && variable.trainable) {
      tf.tidy(() => variable.assign(variable.mul(1 + share)));
    }
  }
  const chosen = firstImages(images, STEPS * config.batchSize, 32);
  const options = { batchSize: config.batchSize, imageSize: 32, augment: true, seed: 0, epoch: 0 };
  const losses = [...trainingBatches(chosen, options)].map(
    (batch) => state.step(batch, config.optimizer).loss,
  );
  state.dispose();
  return losses[STEPS - 1];
}

describe.skipIf(!hasTensorflow)('the chaos of the first steps', () => {
  beforeAll(async () => {
    await selectBackend('tensorflow');
    images = (await loadCifar10()).train;
  });

  it('parts compiled from eager training no further than a rounding error in the weights does', () => {
    const distances = NETWORK_NAMES.map((network) => {
      const eager = fifthLoss(network, 'eager');
      const off = (loss: number) => Math.abs(loss / eager - 1);
      const compiled = off(fifthLoss(network, 'compiled'));
      return { network, compiled, perturbed: off(fifthLoss(network, 'eager', 1e-7)) };
    });
    console.log(distances);
    const worst = (which: 'compiled' | 'perturbed') =>
      Math.max(...distances.map((one) => one[which]));
    // The comparison means something only where a rounding error grows.
    expect(worst('perturbed')).toBeGreaterThan(1e-4);
    expect(worst('compiled')).toBeLessThan(10 * worst('perturbed'));
  });
});

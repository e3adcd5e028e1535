import * as tf from '@tensorflow/tfjs';

import type { Batch } from '../data/batches';
import type { Network } from '../models/node';
import { TrainingState } from '../training/step';
import type { OwnTask } from './ownTask';
import type { StepRunner } from './stepRunner';
import { trainingConfig } from './work';

/** Trains or evaluates as `lab train` does. */
export class LabRunner implements StepRunner {
  private readonly state: TrainingState;
  private readonly learningRate: number;

  constructor(
    private readonly network: Network,
    private readonly task: OwnTask,
  ) {
    const { execution, work } = task;
    const config = trainingConfig(work.network);
    this.state = new TrainingState(network, config, { execution, precision: work.precision });
    this.learningRate = config.optimizer.learningRate;
  }

  /** One step; its loss. */
  step(batch: Batch): number {
    return this.task.work.phase === 'training'
      ? this.state.step(batch, { learningRate: this.learningRate }).loss
      : this.evaluate(batch);
  }

  private evaluate({ pixels, labels, count }: Batch): number {
    return tf.tidy(() => {
      const [height, width, depth] = this.network.nodes[0].shape;
      const images = tf.tensor4d(pixels, [count, height, width, depth]);
      const { losses } = this.state.infer('raw', images, tf.tensor1d(labels, 'int32'));
      return losses.dataSync<'float32'>().reduce((sum, loss) => sum + loss, 0) / count;
    });
  }
}

import * as tf from '@tensorflow/tfjs';

import type { Config } from '../config';
import type { Batch } from '../data/batches';
import { seedFor } from '../data/random';
import { ranksOf } from '../evaluation/topK';
import { type BatchStatistics, forward } from '../models/forward';
import type { Network } from '../models/node';
import { createParameters, type ParameterVariables } from '../models/parameterValues';
import { crossEntropy } from './losses';
import { MovingAverage } from './movingAverage';
import { moveStatistics } from './movingStatistics';
import { Rmsprop } from './rmsprop';

/** What one training step tells. */
export interface StepResult {
  /** Mean loss of the batch, with label smoothing, before the update. */
  readonly loss: number;
  /** Images whose highest logit was not their class, in training mode. */
  readonly misses: number;
}

/** A network in training: its variables, the optimizer's slots and the moving averages. */
export class TrainingState {
  readonly parameters: ParameterVariables;
  readonly averages: MovingAverage;
  private readonly trainable: tf.Variable[];
  private readonly optimizer: Rmsprop;
  private steps = 0;

  constructor(
    private readonly network: Network,
    private readonly config: Config,
  ) {
    this.parameters = createParameters(network, (name) => seedFor(config.seed, 'initial', name));
    this.trainable = [...this.parameters.values()].filter((variable) => variable.trainable);
    this.optimizer = new Rmsprop(this.trainable, config.optimizer);
    this.averages = new MovingAverage(this.parameters, config.averageDecay);
  }

  /** One step on a batch: forward, backward, RMSProp, moving statistics, moving averages. */
  step(batch: Batch, learningRate: number): StepResult {
    return tf.tidy(() => {
      const images = tf.tensor4d(batch.pixels, this.imageShape(batch));
      const labels = tf.tensor1d(batch.labels, 'int32');
      const statistics: BatchStatistics[] = [];
      const { loss, logits, gradients } = this.differentiate(images, labels, statistics);
      this.optimizer.apply(gradients, learningRate);
      statistics.forEach((layer) =>
        moveStatistics(this.parameters, layer, this.config.batchNormDecay),
      );
      this.averages.update();
      this.steps += 1;
      const misses = ranksOf(batch.labels, logits.dataSync<'float32'>()).filter((rank) => rank > 0);
      tf.dispose([logits, ...statistics.flatMap(({ mean, variance }) => [mean, variance])]);
      return { loss: loss.dataSync()[0], misses: misses.length };
    });
  }

  /** Frees every tensor. */
  dispose(): void {
    tf.dispose([...this.parameters.values()]);
    this.optimizer.dispose();
    this.averages.dispose();
  }

  private differentiate(images: tf.Tensor4D, labels: tf.Tensor1D, statistics: BatchStatistics[]) {
    let logits: tf.Tensor2D | undefined;
    const { value: loss, grads } = tf.variableGrads(() => {
      logits = forward(this.network, this.parameters, images, {
        training: true,
        dropoutSeed: seedFor(this.config.seed, 'dropout', this.steps),
        onStatistics: (layer) => statistics.push(keep(layer)),
      });
      tf.keep(logits);
      return crossEntropy(logits, labels, this.config.labelSmoothing);
    }, this.trainable);
    const gradients = new Map(this.trainable.map((variable) => [variable, grads[variable.name]]));
    return { loss, logits: logits as unknown as tf.Tensor2D, gradients };
  }

  private imageShape(batch: Batch): [number, number, number, number] {
    const { inputSize } = this.config.network;
    return [batch.count, inputSize, inputSize, 3];
  }
}

/** Keeps a layer's statistics beyond the scope of its forward pass; the step disposes of them. */
function keep({ layer, mean, variance }: BatchStatistics): BatchStatistics {
  return { layer, mean: tf.keep(mean), variance: tf.keep(variance) };
}

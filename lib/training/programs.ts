import * as tf from '@tensorflow/tfjs';

import type { Config } from '../config';
import { type BatchStatistics, forward } from '../models/forward';
import type { Network } from '../models/node';
import type { ParameterValues } from '../models/parameterValues';
import { crossEntropies, crossEntropy } from './losses';
import { moveStatistics } from './movingStatistics';
import type { TrainingVariables } from './trainingVariables';

/** What one training step is given, as tensors: all that changes from step to step. */
export type StepFeeds = Readonly<{
  /** [batch, height, width, depth] in [-1, 1]. */
  images: tf.Tensor4D;
  /** [batch], int32. */
  labels: tf.Tensor1D;
  learningRate: tf.Scalar;
  /** Share of the way that the moving averages go. */
  averageRate: tf.Scalar;
  /** [2], int32. */
  dropoutSeed: tf.Tensor1D;
  /** Residual scaling of the three stages. */
  scaleA: tf.Scalar;
  scaleB: tf.Scalar;
  scaleC: tf.Scalar;
}>;

/**
 * One training step: forward, backward, RMSProp, moving statistics, moving averages.
 *
 * Returns the mean loss of the batch, with label smoothing, and the logits [batch, classes], both from before the update.
 */
export function trainingStep(
  network: Network,
  config: Config,
  variables: TrainingVariables,
  feeds: StepFeeds,
): { loss: tf.Scalar; logits: tf.Tensor2D } {
  const { parameters, trainable, optimizer, averages } = variables;
  return tf.tidy(() => {
    const forwardPass = new ForwardPass(network, config, variables, feeds);
    try {
      const { value: loss, grads } = tf.variableGrads(() => forwardPass.loss(), [...trainable]);
      const gradients = new Map(trainable.map((variable) => [variable, grads[variable.name]]));
      optimizer.apply(gradients, feeds.learningRate);
      forwardPass.statistics.forEach((layer) => {
        moveStatistics(parameters, layer, config.batchNormDecay);
      });
      averages.moveBy(feeds.averageRate);
      return { loss, logits: forwardPass.logits().clone() };
    } finally {
      forwardPass.dispose();
    }
  });
}

/** The forward pass in training mode; what it computes beside the loss is kept beyond the gradients' scope. */
class ForwardPass {
  readonly statistics: BatchStatistics[] = [];
  private kept: tf.Tensor2D | undefined;

  constructor(
    private readonly network: Network,
    private readonly config: Config,
    private readonly variables: TrainingVariables,
    private readonly feeds: StepFeeds,
  ) {}

  loss(): tf.Scalar {
    const { images, labels, dropoutSeed, scaleA: a, scaleB: b, scaleC: c } = this.feeds;
    const logits = forward(this.network, this.variables.parameters, images, {
      training: true,
      dropoutSeed,
      scale: { a, b, c },
      onStatistics: ({ layer, mean, variance }) =>
        this.statistics.push({ layer, mean: tf.keep(mean), variance: tf.keep(variance) }),
    });
    this.kept = tf.keep(logits);
    return crossEntropy(logits, labels, this.config.labelSmoothing);
  }

  logits(): tf.Tensor2D {
    return this.kept as tf.Tensor2D;
  }

  /** Frees what was kept, also of a pass that did not get to its end. */
  dispose(): void {
    tf.dispose([
      ...(this.kept ? [this.kept] : []),
      ...this.statistics.flatMap(({ mean, variance }) => [mean, variance]),
    ]);
  }
}

/** Inference on a batch: the logits [batch, classes] and each image's cross entropy without label smoothing [batch]. */
export function inference(
  network: Network,
  values: ParameterValues,
  images: tf.Tensor4D,
  labels: tf.Tensor1D,
): { losses: tf.Tensor1D; logits: tf.Tensor2D } {
  return tf.tidy(() => {
    const logits = forward(network, values, images, { training: false });
    return { losses: crossEntropies(logits, labels), logits };
  });
}

import * as tf from '@tensorflow/tfjs';

import type { Config } from '../config';
import { activations, type BatchStatistics, forward } from '../models/forward';
import type { Network, PerStage } from '../models/node';
import type { ParameterValues } from '../models/parameterValues';
import { clipByGlobalNorm } from './clipping';
import { AUXILIARY_LOSS_WEIGHT, crossEntropies, crossEntropy } from './losses';
import { moveStatistics } from './movingStatistics';
import { Observation } from './stability';
import type { TrainingVariables } from './trainingVariables';
import { weightDecayLoss } from './weightDecay';

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
  /** Largest global norm of the gradients, where they are clipped. */
  gradientClip?: tf.Scalar;
  /** 0 at the first of the batches that make one update together, 1 at the others; where there are several. */
  accumulated?: tf.Scalar;
}>;

/** What a batch does: changes the weights, or only adds its gradients to those of the batches before it. */
export type StepKind = 'update' | 'accumulate';

/** What a step gives, all from before its update. */
export type StepTensors = Readonly<{
  loss: tf.Scalar;
  /** [batch, classes] */
  logits: tf.Tensor2D;
  /** Largest absolute activation of the last layer before the average pooling. */
  largest: tf.Scalar;
  /** The numbers of a probe, [layers, 6]: see `layerStability`. Only of updates that are probed. */
  stability?: tf.Tensor2D;
}>;

/**
 * One training step: forward, backward, optimizer, moving statistics, moving averages.
 *
 * The loss is the mean cross entropy of the batch with label smoothing, plus that of the auxiliary head times its weight
 * and weight decay, where there are any: slim's total loss. With `probe` an update also measures how stable the layers are;
 * what it does to the variables is the same.
 */
export function trainingStep(
  network: Network,
  config: Config,
  variables: TrainingVariables,
  feeds: StepFeeds,
  kind: StepKind = 'update',
  probe = false,
): StepTensors {
  const { parameters, trainable } = variables;
  return tf.tidy(() => {
    const forwardPass = new ForwardPass(network, config, variables, feeds, probe);
    try {
      const { value: loss, grads } = tf.variableGrads(() => forwardPass.loss(), [...trainable]);
      const gradients = trainable.map((variable) => grads[variable.name]);
      const { observation } = forwardPass;
      const largest = observation.largest();
      let probed: Pick<StepTensors, 'stability'> = {};
      if (kind === 'update') {
        const means = meanGradients(config, variables, gradients, feeds);
        probed = probe ? { stability: observation.stability(byName(variables, means)) } : {};
        update(variables, means, feeds);
      } else {
        accumulate(variables, gradients, feeds);
      }
      forwardPass.statistics.forEach((layer) => {
        moveStatistics(parameters, layer, config.batchNormDecay);
      });
      if (kind === 'update') {
        variables.averages.moveBy(feeds.averageRate);
      }
      return { loss, logits: forwardPass.logits().clone(), largest, ...probed };
    } finally {
      forwardPass.dispose();
    }
  });
}

/** The mean gradients of the batches of an update, by the order of the trainable variables. */
function meanGradients(
  { accumulation = 1 }: Config,
  variables: TrainingVariables,
  gradients: readonly tf.Tensor[],
  feeds: StepFeeds,
): readonly tf.Tensor[] {
  return accumulation === 1
    ? gradients
    : sums(variables, gradients, feeds).map((sum) => tf.div(sum, accumulation));
}

/** What belongs to the trainable variables, by the names of the parameters. */
function byName({ parameters, trainable }: TrainingVariables, gradients: readonly tf.Tensor[]) {
  const all = new Map(trainable.map((variable, index) => [variable, gradients[index]]));
  return (name: string) => all.get(parameters.get(name) as tf.Variable) as tf.Tensor;
}

function update(
  { trainable, optimizer }: TrainingVariables,
  means: readonly tf.Tensor[],
  { learningRate, gradientClip }: StepFeeds,
): void {
  const clipped = gradientClip ? clipByGlobalNorm(means, gradientClip) : means;
  optimizer.apply(
    new Map(trainable.map((variable, index) => [variable, clipped[index]])),
    learningRate,
  );
}

function accumulate(
  variables: TrainingVariables,
  gradients: readonly tf.Tensor[],
  feeds: Pick<StepFeeds, 'accumulated'>,
): void {
  const { trainable, accumulators } = variables;
  sums(variables, gradients, feeds).forEach((sum, index) => {
    accumulators.get(trainable[index])?.assign(sum);
  });
}

/** The gradients added to those of the batches before, by the order of the trainable variables. */
function sums(
  { trainable, accumulators }: TrainingVariables,
  gradients: readonly tf.Tensor[],
  { accumulated }: Pick<StepFeeds, 'accumulated'>,
): tf.Tensor[] {
  return gradients.map((gradient, index) => {
    const before = accumulators.get(trainable[index]) as tf.Tensor;
    return tf.add(gradient, tf.mul(before, accumulated as tf.Scalar));
  });
}

/** The forward pass in training mode; what it computes beside the loss is kept beyond the gradients' scope. */
class ForwardPass {
  readonly statistics: BatchStatistics[] = [];
  readonly observation: Observation;
  private kept: tf.Tensor2D | undefined;

  constructor(
    private readonly network: Network,
    private readonly config: Config,
    private readonly variables: TrainingVariables,
    private readonly feeds: StepFeeds,
    probe: boolean,
  ) {
    this.observation = new Observation(network, probe);
  }

  loss(): tf.Scalar {
    const { labelSmoothing, weightDecay, auxiliaryLossWeight } = this.config;
    const [logits, auxiliary] = this.run();
    this.kept = tf.keep(logits);
    const { labels } = this.feeds;
    let loss = crossEntropy(logits, labels, labelSmoothing);
    if (auxiliary) {
      const weight = auxiliaryLossWeight ?? AUXILIARY_LOSS_WEIGHT;
      loss = tf.add(loss, tf.mul(crossEntropy(auxiliary, labels, labelSmoothing), weight));
    }
    if (weightDecay) {
      loss = tf.add(loss, weightDecayLoss(this.variables.kernels, weightDecay));
    }
    return loss;
  }

  /** The logits, and those of the auxiliary head where there is one. */
  private run(): tf.Tensor2D[] {
    const { images, dropoutSeed, scaleA: a, scaleB: b, scaleC: c } = this.feeds;
    const { output, auxiliaryOutput } = this.network;
    const outputs = auxiliaryOutput ? [output, auxiliaryOutput] : [output];
    const results = activations(this.network, outputs, this.variables.parameters, images, {
      training: true,
      dropoutSeed,
      scale: { a, b, c },
      onStatistics: ({ layer, mean, variance }) =>
        this.statistics.push({ layer, mean: tf.keep(mean), variance: tf.keep(variance) }),
      onNode: (values) => this.observation.see(values),
    });
    return results.map((result) => result.reshape([images.shape[0], result.shape[3]]));
  }

  logits(): tf.Tensor2D {
    return this.kept as tf.Tensor2D;
  }

  /** Frees what was kept, also of a pass that did not get to its end. */
  dispose(): void {
    this.observation.dispose();
    tf.dispose([
      ...(this.kept ? [this.kept] : []),
      ...this.statistics.flatMap(({ mean, variance }) => [mean, variance]),
    ]);
  }
}

/**
 * Inference on a batch: the logits [batch, classes] and each image's cross entropy without label smoothing [batch]. `scale`
 * is the residual scaling in the place of the network's own.
 */
export function inference(
  network: Network,
  values: ParameterValues,
  images: tf.Tensor4D,
  labels: tf.Tensor1D,
  scale?: Partial<PerStage>,
): { losses: tf.Tensor1D; logits: tf.Tensor2D } {
  return tf.tidy(() => {
    const logits = forward(network, values, images, { training: false, scale });
    return { losses: crossEntropies(logits, labels), logits };
  });
}

import * as tf from '@tensorflow/tfjs';

import type { Config } from '../config';
import type { Batch } from '../data/batches';
import { ranksOf } from '../evaluation/topK';
import type { Network, PerStage } from '../models/node';
import type { ParameterValues } from '../models/parameterValues';
import { createExecutor, type ExecutionOptions, type Executor, type Weights } from './execution';
import type { StepFeeds } from './programs';
import { TrainingVariables } from './trainingVariables';

/** What may change from step to step. */
export interface StepSettings {
  readonly learningRate: number;
  /** Residual scaling by stage, in the place of the network's own. */
  readonly scale?: Partial<PerStage>;
}

/** What one training step tells. */
export interface StepResult {
  /** Mean loss of the batch, with label smoothing, before the update. */
  readonly loss: number;
  /** Images whose highest logit was not their class, in training mode. */
  readonly misses: number;
}

/** A network in training: its variables, and what runs its steps. */
export class TrainingState {
  private readonly variables: TrainingVariables;
  private readonly executor: Executor;
  private readonly scale: PerStage;
  private steps = 0;

  /** Fresh weights from the seed of the config. Throws a UsageError for options that cannot be followed here. */
  constructor(
    private readonly network: Network,
    private readonly config: Config,
    options: ExecutionOptions = {},
  ) {
    this.variables = new TrainingVariables(network, config);
    this.executor = createExecutor(network, config, this.variables, options);
    this.scale = scaleOf(network);
  }

  /** One step on a batch: forward, backward, RMSProp, moving statistics, moving averages. */
  step(batch: Batch, settings: StepSettings): StepResult {
    return tf.tidy(() => {
      const { loss, logits } = this.executor.train(this.feeds(batch, settings));
      this.steps += 1;
      const misses = ranksOf(batch.labels, logits.dataSync<'float32'>()).filter((rank) => rank > 0);
      return { loss: loss.dataSync()[0], misses: misses.length };
    });
  }

  /** Runs the network in inference with the weights of the moment; see `inference`. */
  infer(weights: Weights, images: tf.Tensor4D, labels: tf.Tensor1D) {
    return this.executor.infer(weights, images, labels);
  }

  /** The weights of the moment by name; they stay the state's own. */
  weights(which: Weights): ParameterValues {
    this.executor.pull();
    return which === 'raw' ? this.variables.parameters : this.variables.averages.values;
  }

  /** Frees every tensor. */
  dispose(): void {
    this.executor.dispose();
    this.variables.dispose();
  }

  private feeds(batch: Batch, { learningRate, scale }: StepSettings): StepFeeds {
    const { a, b, c } = { ...this.scale, ...scale };
    const [height, width, depth] = this.network.nodes[0].shape;
    return {
      images: tf.tensor4d(batch.pixels, [batch.count, height, width, depth]),
      labels: tf.tensor1d(batch.labels, 'int32'),
      learningRate: tf.scalar(learningRate),
      averageRate: tf.scalar(this.variables.averages.nextRate()),
      dropoutSeed: tf.tensor1d([this.config.seed, this.steps], 'int32'),
      scaleA: tf.scalar(a),
      scaleB: tf.scalar(b),
      scaleC: tf.scalar(c),
    };
  }
}

/** The residual scaling that a network is drawn with, by stage; 1 where it has no residual sums. */
function scaleOf(network: Network): PerStage {
  const scale = { a: 1, b: 1, c: 1 };
  for (const { operation } of network.nodes) {
    if (operation.kind === 'residualSum' && operation.activation === 'relu') {
      scale[operation.stage] = operation.scale;
    }
  }
  return scale;
}

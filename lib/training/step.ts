import * as tf from '@tensorflow/tfjs';

import type { Config } from '../config';
import type { Batch } from '../data/batches';
import { LabError } from '../errors';
import { ranksOf } from '../evaluation/topK';
import type { Network, PerStage } from '../models/node';
import type { ParameterValues } from '../models/parameterValues';
import type { LayerStability } from '../results/record';
import {
  createExecutor,
  type ExecutionOptions,
  type Executor,
  requireExecution,
  type Weights,
} from './execution';
import type { StepFeeds, StepKind } from './programs';
import { layerStability } from './stability';
import { TrainingVariables } from './trainingVariables';

/** What may change from step to step. */
export interface StepSettings {
  readonly learningRate: number;
  /** Residual scaling by stage, in the place of the network's own. */
  readonly scale?: Partial<PerStage>;
  /** Largest global norm of the gradients, in the place of the config's; only where that has one. */
  readonly gradientClip?: number;
  /** Whether the step also measures how stable the layers are, on the last of its batches. */
  readonly probe?: boolean;
}

/** What one training step tells. */
export interface StepResult {
  /** Mean loss of the batches before the update; see `trainingStep`. */
  readonly loss: number;
  /** Images whose highest logit was not their class, in training mode. */
  readonly misses: number;
  /** Largest absolute activation of the last layer before the average pooling: 0 when it is all zeros. */
  readonly largest: number;
  /** How stable the layers were before the update, where the step was probed. */
  readonly stability?: readonly LayerStability[];
}

/** A network in training: its variables, and what runs its steps. */
export class TrainingState {
  private readonly variables: TrainingVariables;
  private readonly executor: Executor;
  private readonly scale: PerStage;
  /** Batches so far; each has a dropout mask of its own. */
  private batches = 0;

  /** Fresh weights from the seed of the config. Throws a UsageError for options that cannot be followed here. */
  constructor(
    private readonly network: Network,
    private readonly config: Config,
    options: ExecutionOptions = {},
  ) {
    requireExecution(options);
    this.variables = new TrainingVariables(network, config);
    this.executor = createExecutor(network, config, this.variables, options);
    this.scale = scaleOf(network);
  }

  /**
   * One update of the weights from a batch, or from the mean gradient of as many batches as the config accumulates:
   * forward, backward, optimizer, moving statistics, moving averages.
   */
  step(batches: Batch | readonly Batch[], settings: StepSettings): StepResult {
    const all = 'count' in batches ? [batches] : batches;
    const results = all.map((batch, index) => this.pass(batch, index, all.length, settings));
    const { probed } = results[all.length - 1];
    return {
      loss: results.reduce((sum, { loss }) => sum + loss, 0) / all.length,
      misses: results.reduce((sum, { misses }) => sum + misses, 0),
      largest: Math.max(...results.map(({ largest }) => largest)),
      ...(probed && { stability: layerStability(this.network, probed) }),
    };
  }

  private pass(batch: Batch, index: number, count: number, settings: StepSettings) {
    const kind = index === count - 1 ? 'update' : 'accumulate';
    const probe = settings.probe === true && kind === 'update';
    return tf.tidy(() => {
      const feeds = this.feeds(batch, index, kind, settings);
      const { loss, logits, largest, stability } = this.executor.train(feeds, kind, probe);
      this.batches += 1;
      const misses = ranksOf(batch.labels, logits.dataSync<'float32'>()).filter((rank) => rank > 0);
      return {
        loss: loss.dataSync()[0],
        misses: misses.length,
        largest: largest.dataSync()[0],
        probed: stability?.dataSync<'float32'>(),
      };
    });
  }

  /** Runs the network in inference with the weights of the moment; see `inference`. */
  infer(weights: Weights, images: tf.Tensor4D, labels: tf.Tensor1D, scale?: StepSettings['scale']) {
    return this.executor.infer(weights, images, labels, scale);
  }

  /** The weights of the moment by name; they stay the state's own. */
  weights(which: Weights): ParameterValues {
    this.executor.pull();
    return which === 'raw' ? this.variables.parameters : this.variables.averages.values;
  }

  /** Whether all weights are finite numbers. */
  isFinite(): boolean {
    this.executor.pull();
    return tf.tidy(() =>
      [...this.variables.parameters.values()].every(
        (variable) => tf.all(tf.isFinite(variable)).dataSync()[0] === 1,
      ),
    );
  }

  /** All tensors that the run needs to go on, by name; they stay the state's own. See `TrainingVariables.byName`. */
  tensors(): ReadonlyMap<string, tf.Tensor> {
    this.executor.pull();
    return this.variables.byName;
  }

  /**
   * Goes on from the tensors and the position of a snapshot; before the first step.
   *
   * Throws a LabError when a tensor is missing, of another size, or too many.
   */
  restore(tensors: ReadonlyMap<string, Float32Array>, updates: number): void {
    const variables = this.variables.byName;
    const notOfThisRun = 'The snapshot does not hold the tensors of this run:';
    if (tensors.size !== variables.size) {
      throw new LabError(`${notOfThisRun} expected ${variables.size}, it has ${tensors.size}.`);
    }
    for (const [name, variable] of variables) {
      const values = tensors.get(name);
      if (values?.length !== variable.size) {
        throw new LabError(`${notOfThisRun} "${name}" is missing or of another size.`);
      }
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    }
    this.variables.averages.updates = updates;
    this.batches = updates * (this.config.accumulation ?? 1);
  }

  /** Frees every tensor. */
  dispose(): void {
    this.executor.dispose();
    this.variables.dispose();
  }

  private feeds(
    batch: Batch,
    index: number,
    kind: StepKind,
    { learningRate, scale, gradientClip = this.config.gradientClip }: StepSettings,
  ): StepFeeds {
    const { a, b, c } = { ...this.scale, ...scale };
    const [height, width, depth] = this.network.nodes[0].shape;
    const { averages, accumulators } = this.variables;
    const averageRate = kind === 'update' ? averages.nextRate() : 0;
    return {
      images: tf.tensor4d(batch.pixels, [batch.count, height, width, depth]),
      labels: tf.tensor1d(batch.labels, 'int32'),
      learningRate: tf.scalar(learningRate),
      averageRate: tf.scalar(averageRate),
      dropoutSeed: tf.tensor1d([this.config.seed, this.batches], 'int32'),
      scaleA: tf.scalar(a),
      scaleB: tf.scalar(b),
      scaleC: tf.scalar(c),
      ...(this.config.gradientClip && { gradientClip: tf.scalar(gradientClip as number) }),
      ...(accumulators.size > 0 && { accumulated: tf.scalar(index === 0 ? 0 : 1) }),
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

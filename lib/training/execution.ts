import * as tf from '@tensorflow/tfjs';

import type { Execution, Precision } from '../backend/executionChoices';
import { CompiledPrograms } from '../backend/tensorflow/compiled/programs';
import { requireBfloat16 } from '../backend/tensorflow/compiled/requireBfloat16';
import { nodeBackend } from '../backend/tensorflow/nodeBackend';
import type { Config } from '../config';
import { UsageError } from '../errors';
import type { Network, PerStage } from '../models/node';
import {
  inference,
  type StepFeeds,
  type StepKind,
  type StepTensors,
  trainingStep,
} from './programs';
import type { TrainingVariables } from './trainingVariables';

/** Which weights are evaluated: those that the steps leave, or their moving averages. */
export type Weights = 'raw' | 'averaged';

/** Results of an inference (see `inference`). */
export type InferenceTensors = ReturnType<typeof inference>;

/** What is fetched from a step that is not probed. */
const ORDINARY: readonly (keyof StepTensors)[] = ['loss', 'logits', 'largest'];

/** Runs the steps of a network in training, and its inference; the results belong to the caller. */
export interface Executor {
  /** One batch; with `probe` an update also gives the numbers of a probe, and is otherwise the same. */
  train(feeds: StepFeeds, kind: StepKind, probe?: boolean): StepTensors;
  /**
   * Inference on images [batch, height, width, depth] and labels [batch] with the weights of the moment; `scale` is the
   * residual scaling in the place of the network's own, by stage.
   */
  infer(
    weights: Weights,
    images: tf.Tensor4D,
    labels: tf.Tensor1D,
    scale?: Partial<PerStage>,
  ): InferenceTensors;
  /** Brings the variables of TensorFlow.js up to date, where the steps change others. */
  pull(): void;
  /** Frees what it holds beside the variables. */
  dispose(): void;
}

/** What a user may choose of how steps run. */
export interface ExecutionOptions {
  /** Compiled unless told otherwise where the native backend is active; wasm has no graphs. */
  readonly execution?: Execution;
  /** 'float32' unless told otherwise. */
  readonly precision?: Precision;
}

/** The executor of a kind, which the active backend and the machine can follow (`requireExecution`). */
export function createExecutor(
  network: Network,
  config: Config,
  variables: TrainingVariables,
  { execution = defaultExecution(), precision = 'float32' }: ExecutionOptions = {},
): Executor {
  const eager = new EagerExecutor(network, config, variables);
  return execution === 'compiled' ? new CompiledExecutor(eager, variables, precision) : eager;
}

/** Throws a UsageError for a choice that the active backend or the machine cannot follow. */
export function requireExecution({
  execution = defaultExecution(),
  precision = 'float32',
}: ExecutionOptions): void {
  const backend = tf.getBackend();
  if (execution === 'compiled' && backend !== 'tensorflow') {
    throw new UsageError(
      `execution is "compiled", but the backend is ${backend}: only tensorflow has graphs; use "eager".`,
    );
  }
  if (execution === 'eager' && precision !== 'float32') {
    throw new UsageError(
      `precision is "${precision}", but the steps run eagerly on ${backend}: only compiled steps can do that.`,
    );
  }
  if (precision === 'bfloat16') {
    requireBfloat16(nodeBackend().isUsingGpuDevice);
  }
}

/** Compiled on the native backend; wasm has no graphs. */
export function defaultExecution(): Execution {
  return tf.getBackend() === 'tensorflow' ? 'compiled' : 'eager';
}

/** Operation by operation, on the variables of TensorFlow.js themselves. */
class EagerExecutor implements Executor {
  constructor(
    private readonly network: Network,
    private readonly config: Config,
    private readonly variables: TrainingVariables,
  ) {}

  train(feeds: StepFeeds, kind: StepKind, probe?: boolean): StepTensors {
    return trainingStep(this.network, this.config, this.variables, feeds, kind, probe);
  }

  infer(
    weights: Weights,
    images: tf.Tensor4D,
    labels: tf.Tensor1D,
    scale?: Partial<PerStage>,
  ): InferenceTensors {
    const { parameters, averages } = this.variables;
    const values = weights === 'raw' ? parameters : averages.values;
    return inference(this.network, values, images, labels, scale);
  }

  pull(): void {}

  dispose(): void {}
}

/**
 * What the eager executor does, as graphs: one for each work and shape of a batch, compiled on first use.
 *
 * Inference has a session of its own, whose weights are copied from the other one when they have changed: a graph that is
 * added to a session makes TensorFlow prepare all its graphs once more, which costs far more than a copy for each epoch.
 */
class CompiledExecutor implements Executor {
  private readonly training: CompiledPrograms;
  private readonly inference: CompiledPrograms;
  /** The variables of TensorFlow.js lag behind those of the training session. */
  private isAhead = false;
  /** The weights in the inference session, while they are those of the moment. */
  private inferred: Weights | undefined;

  constructor(
    private readonly eager: Executor,
    private readonly variables: TrainingVariables,
    precision: Precision,
  ) {
    this.training = new CompiledPrograms(precision);
    this.inference = new CompiledPrograms(precision);
  }

  train(feeds: StepFeeds, kind: StepKind, probe = false): StepTensors {
    const name = `${kind} ${feeds.images.shape.join('x')}`;
    if (!this.training.has(name)) {
      // One graph for steps with a probe and without: both change the weights by the same operations.
      const run = () => this.eager.train(feeds, kind, true);
      this.training.add({ [name]: { feeds, run } });
    }
    this.isAhead = true;
    this.inferred = undefined;
    return this.training.run(name, feeds, probe ? undefined : ORDINARY) as StepTensors;
  }

  infer(
    weights: Weights,
    images: tf.Tensor4D,
    labels: tf.Tensor1D,
    scale?: Partial<PerStage>,
  ): InferenceTensors {
    const feeds = { images, labels };
    // A scale is frozen into its graph: it changes seldom, and evaluation is the same as that of a network with it.
    const name = `${images.shape.join('x')}${scale ? ` scale ${JSON.stringify(scale)}` : ''}`;
    if (!this.inference.has(name)) {
      const run = () => this.eager.infer('raw', images, labels, scale);
      this.inference.add({ [name]: { feeds, run } });
      this.inferred = undefined;
    }
    if (this.inferred !== weights) {
      this.pull();
      this.inference.push(this.valuesOf(weights));
      this.inferred = weights;
    }
    return this.inference.run(name, feeds) as InferenceTensors;
  }

  pull(): void {
    if (this.isAhead) {
      this.training.pull();
      this.isAhead = false;
    }
  }

  dispose(): void {
    this.training.dispose();
    this.inference.dispose();
  }

  /** What stands for a parameter in inference: the graph reads the parameters, whichever weights it works with. */
  private valuesOf(weights: Weights): (parameter: tf.Variable) => tf.Tensor {
    if (weights === 'raw') {
      return (parameter) => parameter;
    }
    const { parameters, averages } = this.variables;
    const names = new Map([...parameters].map(([name, parameter]) => [parameter, name]));
    return (parameter) => averages.values.get(names.get(parameter) ?? '') ?? parameter;
  }
}

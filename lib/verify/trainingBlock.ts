import * as tf from '@tensorflow/tfjs';

import { UsageError } from '../errors';
import type { BatchStatistics } from '../models/forward';
import { BATCH_NORM_EPSILON, type Network } from '../models/node';
import type { ParameterVariables } from '../models/parameterValues';
import { moveStatistics } from '../training/movingStatistics';
import { differentiate, disposePass, type Pass } from './blockPass';
import { Comparison, type Finding, type Recorded, type Tolerance } from './comparison';
import { formulaValues } from './formula';
import type { Scopes } from './stages';
import type { TrainingBlock } from './trainingSchema';

/** How far the loss may be from the reference, relative. */
const LOSS_TOLERANCE = 1e-5;

/** How far moving statistics may be from the reference after one step. */
const STEP_TOLERANCE: Tolerance = { elements: 1e-6, relative: 1e-6 };

/** A block in training: its nodes, its variables by layer path and role, and the slim names of these. */
export interface BlockInTraining {
  readonly network: Network;
  readonly variables: ParameterVariables;
  readonly scopes: Scopes;
  readonly slimNames: ReadonlyMap<string, string>;
}

/**
 * Runs a block in training mode and compares output, loss, gradients, batch statistics and moving statistics.
 *
 * The loss is the sum of output times fixed weights; the statistics move by the code that trains.
 */
export class BlockComparison {
  private readonly pass: Pass;

  constructor(
    private readonly block: BlockInTraining,
    private readonly reference: TrainingBlock,
    seed: number,
    private readonly allowed: number,
  ) {
    const { input, loss_weights: weights, shape } = reference;
    const [x, r] = [input, weights].map((name) =>
      tf.tensor4d(formulaValues(name, shape, seed), shape),
    );
    this.pass = differentiate(block.network, block.variables, x, r);
    tf.dispose([x, r]);
  }

  /** What was found, by group. */
  findings(): Finding[] {
    return [this.forward(), this.gradients(), this.statistics(), this.steps()];
  }

  /** Frees the tensors of the pass. */
  dispose(): void {
    disposePass(this.pass);
  }

  private forward(): Finding {
    const comparison = new Comparison('output and loss', this.allowed);
    const { scale, epsilon, loss_torch_f64: loss, output_torch_f64: output } = this.reference;
    const { operation } = this.block.network.output;
    comparison.equal('scale', operation.kind === 'residualSum' ? operation.scale : 1, scale);
    comparison.equal('epsilon', BATCH_NORM_EPSILON, epsilon);
    comparison.close('loss', this.pass.loss, loss, LOSS_TOLERANCE * Math.abs(loss));
    comparison.tensor('output', floats(this.pass.output), output);
    return comparison.finding();
  }

  private gradients(): Finding {
    const comparison = new Comparison('gradients', this.allowed);
    const { slimNames } = this.block;
    const bySlimName = new Map(
      [...this.pass.gradients].map(([name, tensor]) => [slimNames.get(name) ?? name, tensor]),
    );
    const { grads } = this.reference;
    comparison.equal('number of gradients', bySlimName.size, Object.keys(grads).length);
    for (const [name, { f64: expected }] of Object.entries(grads)) {
      comparison.tensor(name, floats(bySlimName.get(name)), expected);
    }
    return comparison.finding();
  }

  private statistics(): Finding {
    const comparison = new Comparison('batch statistics', this.allowed);
    for (const { point, statistics, recorded } of this.layers()) {
      const { mean, variance } = statistics;
      comparison.tensor(`${point} mean`, floats(mean), recorded.batch_mean);
      comparison.tensor(`${point} variance`, floats(variance), recorded.batch_variance_bessel);
      const biased = floats(variance).map((value) => value * this.biasedShare);
      comparison.tensor(`${point} biased variance`, biased, recorded.batch_variance_biased);
    }
    return comparison.finding();
  }

  private steps(): Finding {
    const comparison = new Comparison('moving statistics', this.allowed);
    for (const { point, decay, statistics, recorded } of this.layers()) {
      const compare = (what: string, values: Float32Array, expected: Recorded) =>
        comparison.tensor(`${point} ${what}`, values, expected, STEP_TOLERANCE);
      const slim = this.moved(statistics, decay);
      compare('mean', slim.mean, recorded.new_moving_mean);
      compare('variance', slim.variance, recorded.new_moving_variance_bessel_tf1_fused_and_torch);
      const variance = tf.mul<tf.Tensor1D>(statistics.variance, this.biasedShare);
      const keras = this.moved({ ...statistics, variance }, decay);
      variance.dispose();
      compare('biased variance', keras.variance, recorded.new_moving_variance_biased_keras3);
    }
    return comparison.finding();
  }

  /** The layers whose statistics are recorded. Throws a UsageError for one that the block lacks. */
  private layers() {
    const { block, steps } = this.reference;
    return steps.flatMap(({ decay, layers }) =>
      Object.entries(layers).map(([point, recorded]) => {
        const statistics = this.pass.statistics.find(
          ({ layer }) => this.block.scopes.get(layer) === `${block}/${point}`,
        );
        if (!statistics) {
          throw new UsageError(
            `The reference records the layer "${point}" in "${block}", which has no such layer.`,
          );
        }
        return { point, decay, statistics, recorded };
      }),
    );
  }

  /** The moving statistics of a layer after one step; the block's own stay as they are. */
  private moved(statistics: BatchStatistics, decay: number) {
    const { layer } = statistics;
    const names = { mean: `${layer}/movingMean`, variance: `${layer}/movingVariance` };
    const copy = (name: string): [string, tf.Variable] => [
      name,
      tf.variable(this.block.variables.get(name) as tf.Variable, false),
    ];
    const copies: ParameterVariables = new Map([copy(names.mean), copy(names.variance)]);
    moveStatistics(copies, statistics, decay);
    const [mean, variance] = [names.mean, names.variance].map((name) => floats(copies.get(name)));
    tf.dispose([...copies.values()]);
    return { mean, variance };
  }

  /** Biased over Bessel-corrected variance: (n - 1) / n, n = batch * height * width. */
  private get biasedShare(): number {
    const [batch, height, width] = this.reference.shape;
    const n = batch * height * width;
    return (n - 1) / n;
  }
}

function floats(tensor: tf.Tensor | undefined): Float32Array {
  return tensor ? tensor.dataSync<'float32'>() : new Float32Array();
}

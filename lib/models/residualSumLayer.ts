import * as tf from '@tensorflow/tfjs';

import { LabError } from '../errors';

type Shapes = tf.Shape | tf.Shape[];

/** What a residual sum is made of, beside the ordinary fields of a layer. */
interface ResidualSumArguments {
  readonly name?: string;
  /** What the residual is multiplied by before the sum (Fig. 20). */
  readonly scale: number;
}

/**
 * Fig. 20 as a layer of tf.layers: trunk + scale * residual, for inputs [trunk, residual] of one shape.
 *
 * It is registered, so that models that hold it can be saved and loaded while this module is.
 */
export class ResidualSum extends tf.layers.Layer {
  static readonly className = 'ResidualSum';
  private readonly scale: number;

  constructor({ scale, ...ordinary }: ResidualSumArguments) {
    super(ordinary);
    if (!Number.isFinite(scale)) {
      throw new LabError(
        `The layer ${this.name} has scale ${String(scale)}: expected a number. The model's file is damaged.`,
      );
    }
    this.scale = scale;
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const [trunk] = inputShape as tf.Shape[];
    return trunk;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [trunk, residual] = inputs as tf.Tensor[];
    return tf.tidy(() => tf.add(trunk, this.scale === 1 ? residual : tf.mul(residual, this.scale)));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), scale: this.scale };
  }
}

tf.serialization.registerClass(ResidualSum);

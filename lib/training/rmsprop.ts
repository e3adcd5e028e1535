import * as tf from '@tensorflow/tfjs';

/** Constants of RMSProp. */
export interface RmspropOptions {
  /** 0.9 (section 4). */
  readonly decay: number;
  /** 0.9: not in the paper; RMSPROP_MOMENTUM of Google's released Inception trainer. */
  readonly momentum: number;
  /** 1.0 (section 4), inside the square root. */
  readonly epsilon: number;
}

/**
 * RMSProp exactly as TensorFlow has it.
 *
 *     meanSquare = decay * meanSquare + (1 - decay) * gradient^2
 *     step       = momentum * step + learningRate * gradient / sqrt(meanSquare + epsilon)
 *     variable   = variable - step
 *
 * The mean square starts at ONE and the learning rate is inside the momentum; both differ from tf.train.rmsprop of
 * TensorFlow.js and from PyTorch, and with epsilon 1.0 both matter.
 */
export class Rmsprop {
  private readonly slots: ReadonlyMap<tf.Variable, { meanSquare: tf.Variable; step: tf.Variable }>;

  constructor(
    variables: Iterable<tf.Variable>,
    private readonly options: RmspropOptions,
  ) {
    this.slots = new Map([...variables].map((variable) => [variable, slotsOf(variable)]));
  }

  /** Moves the variables one step against their gradients (by variable, same shapes). */
  apply(gradients: ReadonlyMap<tf.Variable, tf.Tensor>, learningRate: number): void {
    for (const [variable, { meanSquare, step }] of this.slots) {
      const gradient = gradients.get(variable);
      if (gradient) {
        tf.tidy(() => this.update(variable, meanSquare, step, gradient, learningRate));
      }
    }
  }

  /** Frees the slots. */
  dispose(): void {
    for (const { meanSquare, step } of this.slots.values()) {
      tf.dispose([meanSquare, step]);
    }
  }

  private update(
    variable: tf.Variable,
    meanSquare: tf.Variable,
    step: tf.Variable,
    gradient: tf.Tensor,
    learningRate: number,
  ): void {
    const { decay, momentum, epsilon } = this.options;
    meanSquare.assign(meanSquare.mul(decay).add(gradient.square().mul(1 - decay)));
    const direction = gradient.div(meanSquare.add(epsilon).sqrt());
    step.assign(step.mul(momentum).add(direction.mul(learningRate)));
    variable.assign(variable.sub(step));
  }
}

function slotsOf(variable: tf.Variable): { meanSquare: tf.Variable; step: tf.Variable } {
  return tf.tidy(() => ({
    meanSquare: tf.variable(tf.ones(variable.shape), false),
    step: tf.variable(tf.zeros(variable.shape), false),
  }));
}

import * as tf from '@tensorflow/tfjs';

import { MOMENTUM_UPDATE } from '../backend/kernelNames';
import type { Optimizer } from './optimizer';

/**
 * Stochastic gradient descent with momentum exactly as TensorFlow has it (0.9 in the paper's earlier experiments, section 4).
 *
 *     velocity = momentum * velocity + gradient
 *     variable = variable - learningRate * velocity
 */
export class Momentum implements Optimizer {
  private readonly velocities: ReadonlyMap<tf.Variable, tf.Variable>;

  constructor(
    variables: Iterable<tf.Variable>,
    private readonly momentum: number,
  ) {
    this.velocities = new Map(
      [...variables].map((variable) => [
        variable,
        tf.tidy(() => tf.variable(tf.zeros(variable.shape), false)),
      ]),
    );
  }

  apply(gradients: ReadonlyMap<tf.Variable, tf.Tensor>, learningRate: tf.Scalar | number): void {
    tf.tidy(() => {
      const rate = typeof learningRate === 'number' ? tf.scalar(learningRate) : learningRate;
      for (const [variable, velocity] of this.velocities) {
        const gradient = gradients.get(variable);
        if (gradient) {
          this.update(variable, velocity, gradient, rate);
        }
      }
    });
  }

  slots(variable: tf.Variable): Readonly<Record<string, tf.Variable>> {
    const velocity = this.velocities.get(variable);
    return velocity ? { velocity } : {};
  }

  dispose(): void {
    tf.dispose([...this.velocities.values()]);
  }

  private update(
    variable: tf.Variable,
    velocity: tf.Variable,
    gradient: tf.Tensor,
    learningRate: tf.Scalar,
  ): void {
    const inputs = { variable, velocity, gradient, learningRate };
    const { momentum } = this;
    const updated = tf.engine().runKernel<tf.Tensor[]>(MOMENTUM_UPDATE, inputs, { momentum });
    [variable, velocity].forEach((old, index) => old.assign(updated[index]));
    tf.dispose(updated);
  }
}

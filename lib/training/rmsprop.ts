import * as tf from '@tensorflow/tfjs';

import { RMSPROP_UPDATE } from '../backend/kernelNames';
import type { Optimizer } from './optimizer';

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
export class Rmsprop implements Optimizer {
  private readonly state: ReadonlyMap<tf.Variable, RmspropSlots>;

  constructor(
    variables: Iterable<tf.Variable>,
    private readonly options: RmspropOptions,
  ) {
    this.state = new Map([...variables].map((variable) => [variable, slotsOf(variable)]));
  }

  apply(gradients: ReadonlyMap<tf.Variable, tf.Tensor>, learningRate: tf.Scalar | number): void {
    tf.tidy(() => {
      const rate = typeof learningRate === 'number' ? tf.scalar(learningRate) : learningRate;
      for (const [variable, slots] of this.state) {
        const gradient = gradients.get(variable);
        if (gradient) {
          this.update({ variable, ...slots }, gradient, rate);
        }
      }
    });
  }

  slots(variable: tf.Variable): Readonly<Record<string, tf.Variable>> {
    return { ...this.state.get(variable) };
  }

  dispose(): void {
    for (const { meanSquare, step } of this.state.values()) {
      tf.dispose([meanSquare, step]);
    }
  }

  private update(state: RmspropState, gradient: tf.Tensor, learningRate: tf.Scalar): void {
    const { variable, meanSquare, step } = state;
    const inputs = { variable, meanSquare, step, gradient, learningRate };
    const updated = tf.engine().runKernel<tf.Tensor[]>(RMSPROP_UPDATE, inputs, { ...this.options });
    [variable, meanSquare, step].forEach((old, index) => old.assign(updated[index]));
    tf.dispose(updated);
  }
}

/** A variable and its slots. */
type RmspropState = RmspropSlots & { readonly variable: tf.Variable };

type RmspropSlots = Readonly<Record<'meanSquare' | 'step', tf.Variable>>;

function slotsOf(variable: tf.Variable): RmspropSlots {
  return tf.tidy(() => ({
    meanSquare: tf.variable(tf.ones(variable.shape), false),
    step: tf.variable(tf.zeros(variable.shape), false),
  }));
}

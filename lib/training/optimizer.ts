import type * as tf from '@tensorflow/tfjs';

/** 'rmsprop' trained the paper's best models, 'momentum' its earlier ones (section 4). */
export const OPTIMIZERS = ['rmsprop', 'momentum'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

/** What moves variables against their gradients. */
export interface Optimizer {
  /** Moves the variables one step against their gradients (by variable, same shapes); the learning rate is a scalar. */
  apply(gradients: ReadonlyMap<tf.Variable, tf.Tensor>, learningRate: tf.Scalar | number): void;
  /** What the optimizer remembers of a variable, by name; each has the variable's shape. */
  slots(variable: tf.Variable): Readonly<Record<string, tf.Variable>>;
  /** Frees the slots. */
  dispose(): void;
}

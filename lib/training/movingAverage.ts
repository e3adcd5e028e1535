import * as tf from '@tensorflow/tfjs';

import type { ParameterVariables } from '../models/parameterValues';
import { moveTowards } from './moveTowards';

/**
 * The running average of the parameters over time, which the paper evaluates (section 4).
 *
 * As tf.train.ExponentialMovingAverage with `num_updates` (see `averageDecayAt`). The moving statistics of batch
 * normalisation are averaged too, as in Google's released trainer.
 */
export class MovingAverage {
  /** The averaged tensors by name, for evaluation. */
  readonly values: ReadonlyMap<string, tf.Variable>;

  /** `updates`: how many updates the averages have had, where they go on from an earlier run. */
  constructor(
    private readonly parameters: ParameterVariables,
    private readonly decay: number,
    public updates = 0,
  ) {
    this.values = new Map(
      [...parameters].map(([name, variable]) => [name, tf.variable(variable, false)]),
    );
  }

  /** Moves the averages towards the parameters; once after every training step. */
  update(): void {
    tf.tidy(() => this.moveBy(tf.scalar(this.nextRate())));
  }

  /** Counts one more update and tells which share of the way the averages move in it. */
  nextRate(): number {
    this.updates += 1;
    return 1 - averageDecayAt(this.updates, this.decay);
  }

  /** Moves the averages a share of the way towards the parameters. */
  moveBy(rate: tf.Scalar): void {
    for (const [name, average] of this.values) {
      moveTowards(average, this.parameters.get(name) as tf.Variable, rate);
    }
  }

  /** Frees the averages. */
  dispose(): void {
    tf.dispose([...this.values.values()]);
  }
}

/**
 * The decay of update n of the moving average (from 1): min(decay, (1 + n) / (10 + n)), so that a short run is not held back
 * by its random start.
 */
export function averageDecayAt(update: number, decay: number): number {
  return Math.min(decay, (1 + update) / (10 + update));
}

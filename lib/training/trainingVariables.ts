import type * as tf from '@tensorflow/tfjs';
import { dispose } from '@tensorflow/tfjs';

import type { Config } from '../config';
import { seedFor } from '../data/random';
import type { Network } from '../models/node';
import { createParameters, type ParameterVariables } from '../models/parameterValues';
import { MovingAverage } from './movingAverage';
import { Rmsprop } from './rmsprop';

/** All that changes while a network is trained: its parameters, the optimizer's slots and the moving averages. */
export class TrainingVariables {
  readonly parameters: ParameterVariables;
  readonly trainable: readonly tf.Variable[];
  readonly optimizer: Rmsprop;
  readonly averages: MovingAverage;

  /** Fresh ones, from the seed of the config. */
  constructor(network: Network, config: Config) {
    this.parameters = createParameters(network, (name) => seedFor(config.seed, 'initial', name));
    this.trainable = [...this.parameters.values()].filter(({ trainable }) => trainable);
    this.optimizer = new Rmsprop(this.trainable, config.optimizer);
    this.averages = new MovingAverage(this.parameters, config.averageDecay);
  }

  /** Frees every tensor. */
  dispose(): void {
    dispose([...this.parameters.values()]);
    this.optimizer.dispose();
    this.averages.dispose();
  }
}

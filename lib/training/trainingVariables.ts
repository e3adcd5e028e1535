import * as tf from '@tensorflow/tfjs';

import type { Config } from '../config';
import { seedFor } from '../data/random';
import type { Network } from '../models/node';
import { nodeParameters } from '../models/parameters';
import { createParameters, type ParameterVariables } from '../models/parameterValues';
import { Momentum } from './momentum';
import { MovingAverage } from './movingAverage';
import type { Optimizer, RateFactors } from './optimizer';
import { Rmsprop } from './rmsprop';

/** All that changes while a network is trained: its parameters, the optimizer's slots and the moving averages. */
export class TrainingVariables {
  readonly parameters: ParameterVariables;
  readonly trainable: readonly tf.Variable[];
  /** The weights proper, without biases and beta: what weight decay acts on. */
  readonly kernels: readonly tf.Variable[];
  readonly optimizer: Optimizer;
  readonly averages: MovingAverage;
  /** Sums of gradients by variable, where several batches make one update. */
  readonly accumulators: ReadonlyMap<tf.Variable, tf.Variable>;

  /** Fresh ones, from the seed of the config. */
  constructor(network: Network, config: Config) {
    this.parameters = createParameters(network, (name) => seedFor(config.seed, 'initial', name));
    this.trainable = [...this.parameters.values()].filter(({ trainable }) => trainable);
    this.kernels = [...this.parameters]
      .filter(([name]) => name.endsWith('/kernel'))
      .map(([, variable]) => variable);
    const rates = this.ratesOf(network, config.optimizer.linearRate);
    this.optimizer = createOptimizer(this.trainable, config.optimizer, rates);
    this.averages = new MovingAverage(this.parameters, config.averageDecay);
    const accumulated = (config.accumulation ?? 1) > 1 ? this.trainable : [];
    this.accumulators = new Map(accumulated.map((variable) => [variable, zeros(variable)]));
  }

  /** All that a run needs to go on, by name: `parameters/...`, `averages/...` and `optimizer/<slot>/...`. */
  get byName(): ReadonlyMap<string, tf.Variable> {
    const slots = [...this.parameters].flatMap(([name, variable]) =>
      Object.entries(this.optimizer.slots(variable)).map(
        ([slot, values]) => [`optimizer/${slot}/${name}`, values] as const,
      ),
    );
    return new Map([
      ...prefixed('parameters', this.parameters),
      ...prefixed('averages', this.averages.values),
      ...slots,
    ]);
  }

  /** What the learning rate of the linear convolutions before residual sums is multiplied by, where it is not 1. */
  private ratesOf(network: Network, linearRate = 1): RateFactors {
    if (linearRate === 1) return new Map();
    const linear = network.nodes
      .filter(({ operation }) => operation.kind === 'residualSum')
      .flatMap(({ inputs }) => nodeParameters(inputs[1]));
    return new Map(
      linear.map(({ name }) => [this.parameters.get(name) as tf.Variable, linearRate]),
    );
  }

  /** Frees every tensor. */
  dispose(): void {
    tf.dispose([...this.parameters.values(), ...this.accumulators.values()]);
    this.optimizer.dispose();
    this.averages.dispose();
  }
}

function createOptimizer(
  variables: readonly tf.Variable[],
  options: Config['optimizer'],
  rates: RateFactors,
): Optimizer {
  return options.name === 'momentum'
    ? new Momentum(variables, options.momentum, rates)
    : new Rmsprop(variables, options, rates);
}

function zeros({ shape }: tf.Variable): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zeros(shape), false));
}

function prefixed(
  prefix: string,
  variables: ReadonlyMap<string, tf.Variable>,
): [string, tf.Variable][] {
  return [...variables].map(([name, variable]) => [`${prefix}/${name}`, variable]);
}

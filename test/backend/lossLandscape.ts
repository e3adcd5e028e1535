import * as tf from '@tensorflow/tfjs';

import { convergenceConfig } from '../../experiments/convergence';
import { randomStream, seedFor } from '../../lib/data/random';
import { forward } from '../../lib/models/forward';
import { buildNetwork, type NetworkName } from '../../lib/models/networks';
import type { Network } from '../../lib/models/node';
import { createParameters, type ParameterVariables } from '../../lib/models/parameterValues';
import { crossEntropy } from '../../lib/training/losses';

const IMAGES = 16;
const CLASSES = 10;

/** Numbers for some parameters by name: values, a gradient or a direction. */
export type Numbers = ReadonlyMap<string, Float32Array>;

/**
 * The smallest network of a name in training on fixed images and labels: its loss as a function of its parameters.
 *
 * The loss has kinks where a ReLU or a maximum switches. With `spread`, every beta and bias before a ReLU is about
 * that far above or below zero, in deviations of what it is added to, so that few ReLUs are near their kink.
 */
export class LossLandscape {
  readonly trainable: ReadonlyMap<string, tf.Variable>;
  private readonly network: Network;
  private readonly parameters: ParameterVariables;
  private readonly labels = Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
  private readonly images = tf.randomUniform<tf.Rank.R4>([IMAGES, 32, 32, 3], -1, 1, 'float32', 3);

  constructor(name: NetworkName, spread = 0) {
    this.network = buildNetwork(convergenceConfig(name, 'smoke').network);
    this.parameters = createParameters(this.network, (parameter) => seedFor(5, parameter));
    const trainable = [...this.parameters].filter(([, variable]) => variable.trainable);
    this.trainable = new Map(trainable);
    for (const [parameter, variable] of trainable) {
      if (/\/(beta|bias)$/.test(parameter) && spread > 0) {
        assign(variable, spreadValues(variable.size, spread, seedFor(7, parameter)));
      }
    }
  }

  /** The gradient by every trainable parameter, as training computes it. */
  gradient(): Numbers {
    const labels = tf.tensor1d(this.labels, 'int32');
    const variables = [...this.trainable];
    const { value, grads } = tf.variableGrads(
      () => crossEntropy(this.logits(), labels),
      variables.map(([, variable]) => variable),
    );
    const gradient = new Map(
      variables.map(([name, variable]) => [name, grads[variable.name].dataSync<'float32'>()]),
    );
    tf.dispose([labels, value, grads]);
    return gradient;
  }

  /** The slope of the loss along a direction, from the losses `step` times the direction before and behind. */
  slope(direction: Numbers, step: number): number {
    const start = new Map([...direction.keys()].map((name) => [name, this.valuesOf(name)]));
    const move = (distance: number) =>
      start.forEach((values, name) => {
        const along = direction.get(name) as Float32Array;
        assign(
          this.variable(name),
          values.map((value, i) => value + distance * along[i]),
        );
      });
    const [above, below] = [step, -step].map((distance) => {
      move(distance);
      return this.loss();
    });
    move(0);
    return (above - below) / (2 * step);
  }

  /** Frees every tensor. */
  dispose(): void {
    tf.dispose([this.images, ...this.parameters.values()]);
  }

  /** Mean cross entropy, from the logits on in float64. */
  private loss(): number {
    const logits = this.logits();
    const values = Array.from(logits.dataSync());
    logits.dispose();
    const losses = this.labels.map((label, image) => {
      const row = values.slice(image * CLASSES, (image + 1) * CLASSES);
      return Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[label];
    });
    return losses.reduce((sum, loss) => sum + loss, 0) / IMAGES;
  }

  private logits(): tf.Tensor2D {
    const options = { training: true, dropoutSeed: 1 };
    return tf.tidy(() => forward(this.network, this.parameters, this.images, options));
  }

  private valuesOf(name: string): Float32Array {
    return Float32Array.from(this.variable(name).dataSync());
  }

  private variable(name: string): tf.Variable {
    return this.trainable.get(name) as tf.Variable;
  }
}

/** Plus or minus one for every number, by chance. */
export function randomSigns(like: Numbers, seed: number): Numbers {
  const random = randomStream(seed);
  return new Map([...like].map(([name, { length }]) => [name, signs(length, random)]));
}

/** The sum of the products. */
export function innerProduct(a: Numbers, b: Numbers): number {
  let sum = 0;
  a.forEach((values, name) =>
    values.forEach((value, i) => (sum += value * (b.get(name) as Float32Array)[i])),
  );
  return sum;
}

function signs(length: number, random: () => number): Float32Array {
  return Float32Array.from({ length }, () => (random() < 0.5 ? -1 : 1));
}

function spreadValues(length: number, spread: number, seed: number): Float32Array {
  const random = randomStream(seed);
  return signs(length, random).map((sign) => sign * spread * (0.8 + 0.4 * random()));
}

function assign(variable: tf.Variable, values: Float32Array): void {
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../../lib/backend/select';
import { clipByGlobalNorm } from '../../lib/training/clipping';
import { crossEntropy } from '../../lib/training/losses';
import { Momentum } from '../../lib/training/momentum';
import { MovingAverage } from '../../lib/training/movingAverage';
import type { Optimizer, RateFactors } from '../../lib/training/optimizer';
import { Rmsprop, steadyStep } from '../../lib/training/rmsprop';
import { exponentialSchedule } from '../../lib/training/schedules';
import { weightDecayLoss } from '../../lib/training/weightDecay';
import reference from '../reference/reference.json';

// Numbers of TensorFlow 2.21, timm and float64 NumPy; see `versions` in the file.
const { rmsprop, ema, losses, lr_schedule: schedule } = reference.optimizer;

beforeAll(async () => {
  await selectBackend();
});

function expectClose(
  actual: ArrayLike<number>,
  expected: readonly number[],
  tolerance: number,
): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) =>
    expect(Math.abs(actual[index] - value)).toBeLessThanOrEqual(tolerance),
  );
}

describe('Rmsprop', () => {
  it("makes TensorFlow's steps, with the mean square starting at one", () => {
    const variable = tf.variable(tf.tensor1d(rmsprop.var0));
    const optimizer = new Rmsprop([variable], {
      decay: rmsprop.rho,
      momentum: rmsprop.momentum,
      epsilon: rmsprop.epsilon,
    });
    for (const step of rmsprop.steps) {
      const gradient = tf.tensor1d(step.grad);
      optimizer.apply(new Map([[variable, gradient]]), step.lr);
      gradient.dispose();
      expectClose(variable.dataSync(), step.var_f64, 1e-6);
    }
    optimizer.dispose();
    variable.dispose();
  });

  it.each([
    [0.001, 1],
    [0.5, 1],
    [20, 1],
    [0.01, 0.001],
  ])('comes to the steady step of gradient %d with epsilon %d', (gradient, epsilon) => {
    const variable = tf.variable(tf.tensor1d([0]));
    const optimizer = new Rmsprop([variable], { decay: 0.9, momentum: 0, epsilon });
    const apply = () => {
      tf.tidy(() => optimizer.apply(new Map([[variable, tf.tensor1d([gradient])]]), 1));
      return variable.dataSync()[0];
    };
    for (let step = 0; step < 300; step++) apply();
    const [before, after] = [apply(), apply()];
    expect((before - after) / steadyStep(gradient, { epsilon })).toBeCloseTo(1, 2);
    optimizer.dispose();
    variable.dispose();
  });

  it('is not what PyTorch and Keras do, so the test above can tell them apart', () => {
    const last = rmsprop.steps[rmsprop.steps.length - 1].var_f64;
    for (const other of Object.values(rmsprop.negative_controls_final_var)) {
      expect(Math.max(...last.map((value, i) => Math.abs(value - other[i])))).toBeGreaterThan(1e-3);
    }
  });
});

describe('Momentum', () => {
  it("makes TensorFlow's steps, in which the learning rate multiplies the whole velocity", () => {
    const variable = tf.variable(tf.tensor1d([1, -2]));
    const optimizer = new Momentum([variable], 0.9);
    const gradients = [
      [0.5, 1],
      [-1, 0.25],
      [2, 0],
    ];
    const rates = [0.1, 0.1, 0.01];
    // velocity 0.5, -0.55, 1.505 and 1, 1.15, 1.035, by hand.
    const expected = [
      [1 - 0.05, -2 - 0.1],
      [0.95 + 0.055, -2.1 - 0.115],
      [1.005 - 0.01505, -2.215 - 0.01035],
    ];
    gradients.forEach((gradient, step) => {
      tf.tidy(() => optimizer.apply(new Map([[variable, tf.tensor1d(gradient)]]), rates[step]));
      expectClose(variable.dataSync(), expected[step], 1e-6);
    });
    optimizer.dispose();
    variable.dispose();
  });
});

describe('a rate of a variable of its own', () => {
  // Two steps of half the learning rate 0.2 for one variable, of all of it for the other; by hand.
  const gradients = [0.3, -0.1];

  /** What both variables are after each step, from 1 and 1. */
  function moved(make: (variables: tf.Variable[], rates: RateFactors) => Optimizer): number[][] {
    const variables = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))];
    const optimizer = make(variables, new Map([[variables[0], 0.5]]));
    const steps = gradients.map((gradient) => {
      tf.tidy(() => {
        const same = tf.scalar(gradient);
        optimizer.apply(new Map(variables.map((variable) => [variable, same])), 0.2);
      });
      return variables.map((variable) => variable.dataSync()[0]);
    });
    optimizer.dispose();
    tf.dispose(variables);
    return steps;
  }

  it('multiplies the learning rate of RMSProp, inside its momentum', () => {
    const options = { decay: 0.9, momentum: 0.9, epsilon: 1 };
    const steps = moved((variables, rates) => new Rmsprop(variables, options, rates));
    // Mean squares 0.909 and 0.8191.
    const [first, second] = [0.3 / Math.sqrt(1.909), -0.1 / Math.sqrt(1.8191)];
    const after = (rate: number) => {
      const step = rate * first;
      return [1 - step, 1 - step - (0.9 * step + rate * second)];
    };
    const [slow, fast] = [after(0.1), after(0.2)];
    expectClose(steps[0], [slow[0], fast[0]], 1e-6);
    expectClose(steps[1], [slow[1], fast[1]], 1e-6);
  });

  it('multiplies the learning rate of momentum', () => {
    const steps = moved((variables, rates) => new Momentum(variables, 0.9, rates));
    // Velocities 0.3 and 0.17.
    expectClose(steps[0], [1 - 0.03, 1 - 0.06], 1e-6);
    expectClose(steps[1], [1 - 0.03 - 0.017, 1 - 0.06 - 0.034], 1e-6);
  });
});

describe('weightDecayLoss', () => {
  it("is slim's L2 regularizer", () => {
    const { scale, value_f64: expected } = losses.l2_regularizer;
    const [gradient] = losses.clip_by_global_norm.grads;
    const loss = weightDecayLoss([tf.tensor1d(gradient)], scale);
    expect(Math.abs(loss.dataSync()[0] / expected - 1)).toBeLessThan(1e-6);
  });
});

describe('clipByGlobalNorm', () => {
  it("is TensorFlow's", () => {
    const { clip_norm: limit, grads, clipped_tf_f32: expected } = losses.clip_by_global_norm;
    const clipped = clipByGlobalNorm(
      grads.map((gradient) => tf.tensor1d(gradient)),
      limit,
    );
    clipped.forEach((gradient, i) => expectClose(gradient.dataSync(), expected[i], 1e-6));
  });
});

describe('MovingAverage', () => {
  it("follows TensorFlow's ExponentialMovingAverage with num_updates", () => {
    const [creation, ...updates] = ema.rows;
    const variable = tf.variable(tf.tensor1d(creation.value));
    const average = new MovingAverage(new Map([['x', variable]]), ema.decay);
    for (const row of updates.filter((row, index) => row.num_updates === index + 1)) {
      variable.assign(tf.tensor1d(row.value));
      average.update();
      expectClose((average.values.get('x') as tf.Tensor).dataSync(), row.shadow_f64, 1e-6);
    }
    expect(updates[0].num_updates).toBe(1);
    average.dispose();
  });
});

describe('exponentialSchedule', () => {
  it('is 0.045 times 0.94 every two epochs', () => {
    const paper = { learningRate: 0.045, decayRate: 0.94, decayEpochs: 2 };
    schedule.epochs.forEach((epoch, index) =>
      expect(exponentialSchedule(paper, epoch)).toBeCloseTo(schedule.lr_f64[index], 12),
    );
  });
});

describe('crossEntropy', () => {
  it('smooths labels as tf.losses.softmax_cross_entropy does', () => {
    const { logits, labels, eps, mean_f64: mean } = losses.label_smoothing;
    const loss = crossEntropy(tf.tensor2d(logits), tf.tensor1d(labels, 'int32'), eps);
    expect(Math.abs(loss.dataSync()[0] - mean)).toBeLessThan(1e-6);
  });
});

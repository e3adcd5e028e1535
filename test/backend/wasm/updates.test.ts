import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { MOMENTUM_UPDATE, MOVE_TOWARDS, RMSPROP_UPDATE } from '../../../lib/backend/kernelNames';
import { randomValues, relativeError, runKernel, useWasm } from './useWasm';

beforeAll(useWasm);

const scalar = (value: number) => ({ values: [value], shape: [] });

/** Sizes around the four floats that a vector holds, and shapes of several dimensions. */
const shapes = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((size) => [size]),
  fc.constant([3, 3, 5, 7]),
  fc.constant([]),
);
const rate = fc.double({ min: 0, max: 1, noNaN: true });

describe('RmspropUpdate', () => {
  it('equals the formula in a plain loop', () => {
    const settings = fc.record({ decay: rate, momentum: rate, learningRate: rate });
    fc.assert(
      fc.property(shapes, settings, fc.nat(), (shape, { decay, momentum, learningRate }, seed) => {
        const variable = randomValues(shape, seed);
        const meanSquare = randomValues(shape, seed + 1, [0, 2]);
        const step = randomValues(shape, seed + 2);
        const gradient = randomValues(shape, seed + 3, [-3, 3]);
        const expected = variable.values.map((value, i) => {
          const square = decay * meanSquare.values[i] + (1 - decay) * gradient.values[i] ** 2;
          const move = (learningRate * gradient.values[i]) / Math.sqrt(square + 1);
          const next = momentum * step.values[i] + move;
          return [value - next, square, next];
        });
        const tensors = { variable, meanSquare, step, gradient };
        const inputs = { ...tensors, learningRate: scalar(learningRate) };
        const results = runKernel(RMSPROP_UPDATE, inputs, { decay, momentum, epsilon: 1 });
        results.forEach((values, part) => {
          const errors = values.map((value, i) => Math.abs(value - expected[i][part]));
          expect(values).toHaveLength(variable.values.length);
          expect(Math.max(0, ...errors)).toBeLessThan(2e-6);
        });
      }),
    );
  });

  it('leaves its inputs as they were and makes new tensors', () => {
    const ones = () => tf.ones([5]);
    const inputs = {
      variable: ones(),
      meanSquare: ones(),
      step: ones(),
      gradient: ones(),
      learningRate: tf.scalar(0.5),
    };
    const attributes = { decay: 0.9, momentum: 0.9, epsilon: 1 };
    const results: tf.Tensor[] = tf.engine().runKernel(RMSPROP_UPDATE, inputs, attributes);
    expect(results.map(({ dataId }) => dataId)).not.toContain(inputs.variable.dataId);
    expect([...inputs.variable.dataSync()]).toEqual([1, 1, 1, 1, 1]);
    expect([...inputs.step.dataSync()]).toEqual([1, 1, 1, 1, 1]);
    tf.dispose([results, Object.values(inputs)]);
  });
});

describe('MomentumUpdate', () => {
  it('equals the formula in a plain loop', () => {
    fc.assert(
      fc.property(shapes, rate, rate, fc.nat(), (shape, momentum, learningRate, seed) => {
        const variable = randomValues(shape, seed);
        const velocity = randomValues(shape, seed + 1);
        const gradient = randomValues(shape, seed + 2, [-3, 3]);
        const inputs = { variable, velocity, gradient, learningRate: scalar(learningRate) };
        const results = runKernel(MOMENTUM_UPDATE, inputs, { momentum });
        variable.values.forEach((value, i) => {
          const next = momentum * velocity.values[i] + gradient.values[i];
          expect(Math.abs(results[0][i] - (value - learningRate * next))).toBeLessThan(2e-6);
          expect(Math.abs(results[1][i] - next)).toBeLessThan(2e-6);
        });
      }),
    );
  });
});

describe('MoveTowards', () => {
  it('equals the formula in a plain loop', () => {
    fc.assert(
      fc.property(shapes, rate, fc.nat(), (shape, part, seed) => {
        const average = randomValues(shape, seed);
        const value = randomValues(shape, seed + 1);
        const [moved] = runKernel(MOVE_TOWARDS, { average, value, rate: scalar(part) });
        const expected = average.values.map((old, i) => old - (old - value.values[i]) * part);
        expect(relativeError(moved, expected)).toBeLessThan(1e-6);
      }),
    );
  });
});

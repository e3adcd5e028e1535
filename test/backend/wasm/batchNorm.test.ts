import { beforeAll, describe, expect, it } from 'vitest';

import { randomValues, relativeError, runKernel, useWasm, type Values } from './useWasm';

beforeAll(useWasm);

const EPSILON = 1e-3;

/** Batch normalisation in float64, straight from the definition. */
function reference({ values, shape }: Values, beta: readonly number[]) {
  const depth = shape[3];
  const count = values.length / depth;
  const channel = (c: number) => values.filter((_, i) => i % depth === c);
  const average = (list: readonly number[]) => list.reduce((sum, v) => sum + v, 0) / list.length;
  const mean = beta.map((_, c) => average(channel(c)));
  const variance = mean.map((m, c) => average(channel(c).map((v) => (v - m) ** 2)));
  const y = values.map((v, i) => {
    const c = i % depth;
    return (v - mean[c]) / Math.sqrt(variance[c] + EPSILON) + beta[c];
  });
  return { y, mean, unbiased: variance.map((v) => (v * count) / Math.max(1, count - 1)) };
}

/** d(sum(weights * y)) / dx[index], by central differences in float64. */
function slope(
  x: Values,
  beta: readonly number[],
  weights: readonly number[],
  index: number,
): number {
  const loss = (shift: number) => {
    const values = x.values.map((v, i) => (i === index ? v + shift : v));
    return reference({ values, shape: x.shape }, beta).y.reduce(
      (sum, y, i) => sum + y * weights[i],
      0,
    );
  };
  return (loss(1e-4) - loss(-1e-4)) / 2e-4;
}

const SHAPES = [
  [2, 3, 4, 1],
  [3, 4, 3, 5],
  [2, 2, 2, 16],
  [6, 1, 1, 3],
  [1, 5, 4, 7],
];

describe.each(SHAPES)('batch normalisation of [%i, %i, %i, %i]', (...shape) => {
  const x = randomValues(shape, 1, [-1, 3]);
  const beta = randomValues([shape[3]], 2);
  const attributes = { epsilon: EPSILON };

  it('normalises with the statistics of the batch', () => {
    const expected = reference(x, beta.values);
    const [y, mean, variance] = runKernel('BatchNormTraining', { x, beta }, attributes);
    expect(relativeError(y, expected.y)).toBeLessThan(2e-6);
    expect(relativeError(mean, expected.mean)).toBeLessThan(1e-6);
    expect(relativeError(variance, expected.unbiased)).toBeLessThan(1e-6);
  });

  it('has the gradient that finite differences give', () => {
    const dy = randomValues(shape, 3);
    const [, , , ...reserves] = runKernel('BatchNormTraining', { x, beta }, attributes);
    const [reserve1, reserve2, reserve3] = reserves.map((values) => ({
      values,
      shape: [values.length],
    }));
    const inputs = { dy, x, reserve1, reserve2, reserve3 };
    const [dx, dBeta] = runKernel('BatchNormTrainingGrad', inputs, attributes);
    const expected = x.values.map((_, index) => slope(x, beta.values, dy.values, index));
    expect(relativeError(dx, expected)).toBeLessThan(2e-5);
    const sums = beta.values.map((_, c) =>
      dy.values.reduce((sum, v, i) => sum + (i % shape[3] === c ? v : 0), 0),
    );
    expect(relativeError(dBeta, sums)).toBeLessThan(2e-6);
  });
});

/** dx of batch normalisation in float64, from the formula. */
function gradientReference(x: Values, dy: Values): number[] {
  const depth = x.shape[3];
  const zeros = new Array<number>(depth).fill(0);
  const { mean, unbiased } = reference(x, zeros);
  const count = x.values.length / depth;
  const inverse = unbiased.map((v) => 1 / Math.sqrt((v * (count - 1)) / count + EPSILON));
  const centred = x.values.map((v, i) => v - mean[i % depth]);
  const average = (list: readonly number[]) =>
    zeros.map((_, c) => list.reduce((sum, v, i) => sum + (i % depth === c ? v : 0), 0) / count);
  const meanDy = average(dy.values);
  const meanProduct = average(dy.values.map((v, i) => v * centred[i]));
  return dy.values.map((v, i) => {
    const c = i % depth;
    return inverse[c] * (v - meanDy[c] - inverse[c] ** 2 * centred[i] * meanProduct[c]);
  });
}

describe('batch normalisation', () => {
  it.each([
    [3, 9, 8, 12],
    [5, 8, 8, 6],
    [1, 13, 5, 33],
  ])('of [%i, %i, %i, %i], over more rows than one block, equals the formulas', (...shape) => {
    const x = randomValues(shape, 1, [-1, 3]);
    const beta = randomValues([shape[3]], 2);
    const dy = randomValues(shape, 3);
    const [y, , variance, ...reserves] = runKernel(
      'BatchNormTraining',
      { x, beta },
      { epsilon: EPSILON },
    );
    const expected = reference(x, beta.values);
    expect(relativeError(y, expected.y)).toBeLessThan(2e-6);
    expect(relativeError(variance, expected.unbiased)).toBeLessThan(1e-6);
    const [reserve1, reserve2, reserve3] = reserves.map((values) => ({
      values,
      shape: [values.length],
    }));
    const inputs = { dy, x, reserve1, reserve2, reserve3 };
    const [dx] = runKernel('BatchNormTrainingGrad', inputs, { epsilon: EPSILON });
    expect(relativeError(dx, gradientReference(x, dy))).toBeLessThan(2e-6);
  });

  it('keeps its precision when the mean is a thousand deviations from zero', () => {
    const x = randomValues([8, 8, 8, 3], 1, [998, 1002]);
    const beta = randomValues([3], 2);
    const expected = reference(x, beta.values);
    const [y, , variance] = runKernel('BatchNormTraining', { x, beta }, { epsilon: EPSILON });
    expect(relativeError(variance, expected.unbiased)).toBeLessThan(1e-4);
    expect(relativeError(y, expected.y)).toBeLessThan(1e-3);
  });

  it.each([
    ['scale and offset', { scale: true, offset: true }],
    ['offset alone', { scale: false, offset: true }],
    ['neither', { scale: false, offset: false }],
  ])('of inference applies the moving statistics with %s', (_, { scale, offset }) => {
    const x = randomValues([2, 3, 3, 5], 1, [-2, 2]);
    const statistics = { mean: randomValues([5], 2), variance: randomValues([5], 3, [0.5, 2]) };
    const beta = randomValues([5], 4);
    const gamma = randomValues([5], 5);
    const optional = { ...(scale && { scale: gamma }), ...(offset && { offset: beta }) };
    const attributes = { varianceEpsilon: EPSILON };
    const [y] = runKernel('FusedBatchNorm', { x, ...statistics, ...optional }, attributes);
    const expected = x.values.map((value, i) => {
      const c = i % 5;
      const { mean, variance } = statistics;
      const unit = (value - mean.values[c]) / Math.sqrt(variance.values[c] + EPSILON);
      return unit * (scale ? gamma.values[c] : 1) + (offset ? beta.values[c] : 0);
    });
    expect(relativeError(y, expected)).toBeLessThan(2e-6);
  });
});

describe('ReLU', () => {
  it('passes the gradient where the output is positive', () => {
    const dy = randomValues([2, 3, 3, 5], 1);
    const y = randomValues([2, 3, 3, 5], 2);
    const rectified = { ...y, values: y.values.map((value) => Math.max(0, value)) };
    const [dx] = runKernel('ReluGrad', { dy, y: rectified });
    expect(dx.map(Math.abs)).toEqual(
      dy.values.map((value, i) => (y.values[i] > 0 ? Math.abs(value) : 0)),
    );
    expect(
      relativeError(
        dx,
        dy.values.map((value, i) => (y.values[i] > 0 ? value : 0)),
      ),
    ).toBe(0);
  });
});

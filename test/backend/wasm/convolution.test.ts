import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { randomValues, relativeError, runKernel, take, useWasm } from './useWasm';
import { convolution, outputShape, type Window } from './windowReference';

beforeAll(useWasm);

const KERNELS = [
  [1, 1],
  [3, 3],
  [1, 7],
  [7, 1],
  [5, 5],
  [2, 3],
] as const;

/**
 * Batch, height, width, input channels, output channels: odd and even sides, a single image, and depths around the four
 * and eight columns that the SIMD kernels work on.
 */
const SIZES = [
  [2, 9, 8, 3, 5],
  [3, 10, 11, 8, 1],
  [1, 8, 8, 7, 9],
  [2, 7, 9, 4, 12],
  [1, 9, 7, 16, 6],
] as const;

/** Sums of a few hundred float32 products. */
const TOLERANCE = 5e-6;

const windows: Window[] = KERNELS.flatMap((kernel) =>
  [1, 2, 3].flatMap((stride) =>
    (['same', 'valid'] as const).map((pad) => ({ kernel, stride, pad })),
  ),
);

describe.each(windows)('convolution $kernel, stride $stride, $pad', (window) => {
  const { kernel, stride, pad } = window;
  const attributes = { strides: [stride, stride], pad, dataFormat: 'NHWC', dilations: [1, 1] };

  it.each(SIZES)(
    'of %i images %ix%i, %i to %i channels',
    (batch, height, width, depth, filters) => {
      const x = randomValues([batch, height, width, depth], 1);
      const filter = randomValues([...kernel, depth, filters], 2);
      const dy = randomValues(outputShape(x.shape, filters, window), 3);
      const expected = convolution(x, filter, dy, window);

      const [y] = runKernel('Conv2D', { x, filter }, attributes);
      expect(relativeError(y, expected.y)).toBeLessThan(TOLERANCE);

      const inputShape = [...x.shape];
      const [dx] = runKernel('Conv2DBackpropInput', { dy, filter }, { ...attributes, inputShape });
      expect(relativeError(dx, expected.dx)).toBeLessThan(TOLERANCE);

      const filterShape = [...filter.shape];
      const [dFilter] = runKernel(
        'Conv2DBackpropFilter',
        { x, dy },
        { ...attributes, filterShape },
      );
      expect(relativeError(dFilter, expected.dFilter)).toBeLessThan(TOLERANCE);
    },
  );
});

const sides = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
const margins = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }));

/** Filters, strides and explicit margins that need not be square; the image is at least as large as the filter. */
const layers = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  kernel: sides,
  stride: sides,
  rows: margins,
  columns: margins,
  extra: margins,
  depth: fc.integer({ min: 1, max: 19 }),
  filters: fc.integer({ min: 1, max: 19 }),
  seed: fc.nat(),
});

const innerProduct = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, index) => sum + value * b[index], 0);

describe('convolution', () => {
  it('has gradients that are adjoint to it, whatever the strides and margins', () => {
    fc.assert(
      fc.property(layers, ({ batch, kernel, stride, rows, columns, extra, ...layer }) => {
        const { depth, filters, seed } = layer;
        const inputShape = [batch, kernel[0] + extra[0], kernel[1] + extra[1], depth];
        const x = randomValues(inputShape, seed);
        const filter = randomValues([...kernel, depth, filters], seed + 1);
        const pad = [[0, 0], rows, columns, [0, 0]];
        const attributes = { strides: stride, pad, dataFormat: 'NHWC', dilations: [1, 1] };
        const side = (axis: 0 | 1, [before, after]: readonly number[]) =>
          Math.floor((extra[axis] + before + after) / stride[axis]) + 1;
        const dy = randomValues([batch, side(0, rows), side(1, columns), filters], seed + 2);
        const [y] = runKernel('Conv2D', { x, filter }, attributes);
        const [dx] = runKernel(
          'Conv2DBackpropInput',
          { dy, filter },
          { ...attributes, inputShape },
        );
        const filterShape = [...filter.shape];
        const [dFilter] = runKernel(
          'Conv2DBackpropFilter',
          { x, dy },
          { ...attributes, filterShape },
        );
        const expected = innerProduct(y, dy.values);
        const scale = Math.sqrt(innerProduct(y, y) * innerProduct(dy.values, dy.values)) + 1e-30;
        expect(y).toHaveLength(dy.values.length);
        expect(Math.abs(innerProduct(dx, x.values) - expected) / scale).toBeLessThan(TOLERANCE);
        expect(Math.abs(innerProduct(dFilter, filter.values) - expected) / scale).toBeLessThan(
          TOLERANCE,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('with bias and ReLU pads a filter that is shorter than the stride', () => {
    const window: Window = { kernel: [1, 2], stride: 2, pad: 'same' };
    const x = randomValues([2, 6, 6, 3], 1);
    const filter = randomValues([1, 2, 3, 4], 2);
    const dy = randomValues(outputShape(x.shape, 4, window), 3);
    const { y: sums } = convolution(x, filter, dy, window);
    const [actual] = take(
      tf.fused.conv2d({
        x: tf.tensor4d(x.values, [2, 6, 6, 3]),
        filter: tf.tensor4d(filter.values, [1, 2, 3, 4]),
        bias: tf.tensor1d([0.5, -0.5, 0.25, 0]),
        strides: 2,
        pad: 'same',
        activation: 'relu',
      }),
    );
    const expected = sums.map((sum, i) => Math.max(0, sum + [0.5, -0.5, 0.25, 0][i % 4]));
    expect(relativeError(actual, expected)).toBeLessThan(TOLERANCE);
  });

  it('sees a variable that was assigned since its weights were packed', () => {
    const x = tf.ones<tf.Rank.R4>([1, 4, 4, 2]);
    const filter = tf.variable(tf.ones<tf.Rank.R4>([1, 1, 2, 3]));
    const sum = (input: tf.Tensor) => tf.sum(tf.conv2d(input as tf.Tensor4D, filter, 1, 'same'));
    const slope = () => take(tf.grad(sum)(x))[0][0];
    expect(slope()).toBe(3);
    filter.assign(tf.fill([1, 1, 2, 3], 2));
    expect(slope()).toBe(6);
    expect(tf.conv2d(x, filter, 1, 'same').dataSync()[0]).toBe(4);
  });

  it.each([
    [{ dataFormat: 'NCHW' }, /data format NCHW.*expected NHWC/],
    [{ dilations: [2, 2] }, /dilations 2,2.*expected NHWC and 1/],
  ])('has no gradient for %o and says so', (attribute, message) => {
    const dy = randomValues([1, 4, 4, 2]);
    const filter = randomValues([3, 3, 2, 2]);
    const attributes = { strides: 1, pad: 'valid', inputShape: [1, 6, 6, 2], ...attribute };
    expect(() => runKernel('Conv2DBackpropInput', { dy, filter }, attributes)).toThrow(message);
  });
});

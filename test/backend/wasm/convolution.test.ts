import * as tf from '@tensorflow/tfjs';
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

/** Batch, height, width, input channels, output channels: odd and even sides, odd channel counts, a single image. */
const SIZES = [
  [2, 9, 8, 3, 5],
  [3, 10, 11, 8, 1],
  [1, 8, 8, 7, 9],
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

describe('convolution', () => {
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

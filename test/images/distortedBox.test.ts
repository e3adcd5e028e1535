import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../../lib/backend/select';
import { nodeBackend } from '../../lib/backend/tensorflow/nodeBackend';
import { randomStream } from '../../lib/data/random';
import { distortedBox } from '../../lib/images/distortedBox';
import type { Box } from '../../lib/images/picture';
import { hasTensorflow } from '../hasTensorflow';

const length = fc.integer({ min: 1, max: 3000 });

function boxes(width: number, height: number, count: number): Box[] {
  const random = randomStream(4);
  return Array.from({ length: count }, () => distortedBox(width, height, random));
}

describe('distortedBox', () => {
  it('lies in the image, of a tenth to all of its area and of an aspect of 0.75 to 1.33, or is all of it', () => {
    fc.assert(
      fc.property(length, length, fc.nat(), (width, height, seed) => {
        const box = distortedBox(width, height, randomStream(seed));
        const { top, left } = box;
        expect(Math.min(top, left, box.width - 1, box.height - 1)).toBeGreaterThanOrEqual(0);
        expect(left + box.width).toBeLessThanOrEqual(width);
        expect(top + box.height).toBeLessThanOrEqual(height);
        if (box.width === width && box.height === height) return;
        expect((box.width * box.height) / (width * height)).toBeGreaterThanOrEqual(0.1);
        // The width is rounded.
        expect((box.width + 0.5) / box.height).toBeGreaterThanOrEqual(0.75);
        expect((box.width - 0.5) / box.height).toBeLessThanOrEqual(1.33);
      }),
    );
  });

  it.each([
    [1, 1],
    [1, 5000],
    [5000, 1],
  ])('is the whole image where nothing else fits: %d x %d', (width, height) => {
    expect(distortedBox(width, height, randomStream(1))).toEqual({
      top: 0,
      left: 0,
      width,
      height,
    });
  });

  it('reaches small and large parts, and every side of the image', () => {
    const drawn = boxes(400, 300, 2000);
    const shares = drawn.map((box) => (box.width * box.height) / (400 * 300));
    expect(Math.min(...shares)).toBeLessThan(0.11);
    expect(Math.max(...shares)).toBeGreaterThan(0.95);
    expect(Math.min(...drawn.map(({ top, left }) => Math.max(top, left)))).toBeLessThan(20);
    expect(Math.max(...drawn.map((box) => box.left + box.width))).toBeGreaterThan(395);
    expect(Math.max(...drawn.map((box) => box.top + box.height))).toBeGreaterThan(295);
  });
});

describe.skipIf(!hasTensorflow)("TensorFlow's own kernel", () => {
  const COUNT = 3000;

  beforeAll(async () => {
    await selectBackend('tensorflow');
  });

  /** Boxes of TensorFlow's kernel with the whole image as the object, as Google's training calls it. */
  function byTensorflow(width: number, height: number): Box[] {
    const backend = nodeBackend();
    const { TF_ATTR_TYPE, TF_INT32, TF_ATTR_INT, TF_ATTR_FLOAT, TF_ATTR_BOOL } = backend.binding;
    const attributes = (seed: number) => [
      { name: 'T', type: TF_ATTR_TYPE, value: TF_INT32 },
      { name: 'seed', type: TF_ATTR_INT, value: 7 },
      { name: 'seed2', type: TF_ATTR_INT, value: seed },
      { name: 'aspect_ratio_range', type: TF_ATTR_FLOAT, value: [0.75, 1.33] },
      { name: 'area_range', type: TF_ATTR_FLOAT, value: [0.05, 1] },
      { name: 'max_attempts', type: TF_ATTR_INT, value: 100 },
      { name: 'use_image_if_no_bounding_boxes', type: TF_ATTR_BOOL, value: true },
    ];
    return tf.tidy(() => {
      const inputs = [
        tf.tensor1d([height, width, 3], 'int32'),
        tf.tensor3d([0, 0, 1, 1], [1, 1, 4]),
        tf.scalar(0.1),
      ];
      return Array.from({ length: COUNT }, (_, seed) => {
        const name = 'SampleDistortedBoundingBoxV2';
        const [begin, size] = backend.executeMultipleOutputs(name, attributes(seed + 1), inputs, 3);
        const [top, left] = begin.dataSync();
        const [boxHeight, boxWidth] = size.dataSync();
        return { top, left, width: boxWidth, height: boxHeight };
      });
    });
  }

  /** Largest distance between the distribution functions of two samples (Kolmogorov-Smirnov). */
  function distance(a: readonly number[], b: readonly number[]): number {
    const below = (values: readonly number[], limit: number) =>
      values.filter((value) => value <= limit).length / values.length;
    const limits = [...new Set([...a, ...b])];
    return Math.max(...limits.map((limit) => Math.abs(below(a, limit) - below(b, limit))));
  }

  it.each([
    [400, 300],
    [120, 500],
  ])('draws from the same distribution in an image of %d x %d', (width, height) => {
    const [ours, theirs] = [boxes(width, height, COUNT), byTensorflow(width, height)];
    for (const key of ['top', 'left', 'width', 'height'] as const) {
      const found = distance(
        ours.map((box) => box[key]),
        theirs.map((box) => box[key]),
      );
      // Two samples of one distribution are farther apart once in a thousand; both seeds are fixed.
      expect(found).toBeLessThan(1.95 * Math.sqrt(2 / COUNT));
    }
  });
});

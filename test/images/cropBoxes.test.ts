import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cropBoxes } from '../../lib/images/cropBoxes';
import { type CropCount, cropPlan } from '../../lib/images/crops';

const cifar = (crops: CropCount) => cropBoxes(32, 32, cropPlan(crops, 32, 'cifar10'));
const sizes = fc.integer({ min: 20, max: 3000 });
const counts = fc.constantFrom<CropCount>(1, 12, 144);

describe('cropBoxes', () => {
  it('has the central part of a photograph for one crop, by whole pixels of margin', () => {
    const [box, ...others] = cropBoxes(500, 375, cropPlan(1, 299, 'imagenet'));
    expect(others).toEqual([]);
    expect(box).toMatchObject({ top: 23, left: 31, width: 438, height: 329, crops: 1 });
  });

  it('has corners, centre and the whole of a CIFAR-10 image for 12 crops, each with its mirror', () => {
    const side = (32 * 32) / 36;
    const far = 32 - side;
    const places = cifar(12).map(({ top, left, width }) => [top, left, width]);
    const wanted = [
      ...[
        [0, 0],
        [0, far],
        [far, 0],
        [far, far],
        [far / 2, far / 2],
      ].map((at) => [...at, side]),
      [0, 0, 32],
    ];
    expect(places.flat()).toHaveLength(wanted.flat().length);
    places.flat().forEach((value, index) => expect(value).toBeCloseTo(wanted.flat()[index], 10));
    expect(cifar(12).every(({ crops }) => crops === 2)).toBe(true);
  });

  it('has the whole square of a square image once, for all scales and squares', () => {
    const boxes = cifar(144);
    expect(boxes).toHaveLength(4 * 5 + 1);
    expect(boxes.find(({ width }) => width === 32)).toMatchObject({ crops: 24, enlarged: 1 });
    expect(Math.max(...boxes.map(({ enlarged }) => enlarged))).toBeCloseTo(48 / 32, 10);
  });

  it('counts every crop once and stays inside the image', () => {
    fc.assert(
      fc.property(sizes, sizes, counts, (width, height, crops) => {
        const boxes = cropBoxes(width, height, cropPlan(crops, 299, 'imagenet'));
        expect(boxes.reduce((sum, box) => sum + box.crops, 0)).toBe(crops);
        for (const box of boxes) {
          expect(Math.min(box.top, box.left)).toBeGreaterThanOrEqual(0);
          expect(box.left + box.width).toBeLessThanOrEqual(width + 1e-6);
          expect(box.top + box.height).toBeLessThanOrEqual(height + 1e-6);
        }
      }),
    );
  });
});

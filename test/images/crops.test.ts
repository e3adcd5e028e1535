import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type Crop, cropPlan, imageCrops, uniqueCrops } from '../../lib/images/crops';
import type { Box } from '../../lib/images/picture';

/** The squares of the 144 crops at 299: scale, where the square starts along the longer side, places of five crops in it. */
const HAND_WRITTEN = `
  342   0   0,0  0,43   43,0   43,43    21,21
  342  50   0,0  0,43   43,0   43,43    21,21
  342 100   0,0  0,43   43,0   43,43    21,21
  384   0   0,0  0,85   85,0   85,85    42,42
  384  50   0,0  0,85   85,0   85,85    42,42
  384 100   0,0  0,85   85,0   85,85    42,42
  427   0   0,0  0,128  128,0  128,128  64,64
  427  50   0,0  0,128  128,0  128,128  64,64
  427 100   0,0  0,128  128,0  128,128  64,64
  470   0   0,0  0,171  171,0  171,171  85,85
  470  50   0,0  0,171  171,0  171,171  85,85
  470 100   0,0  0,171  171,0  171,171  85,85`;

/** A crop with the picture that it is cut from, in words that can be compared. */
interface Cut {
  readonly region: Box;
  readonly scale: number;
  readonly place: string;
  readonly mirrored: boolean;
}

function handWritten(region: (start: number) => Box): Cut[] {
  return HAND_WRITTEN.trim()
    .split('\n')
    .flatMap((line) => {
      const [scale, start, ...places] = line.trim().split(/\s+/);
      const square = { region: region(Number(start)), scale: Number(scale) };
      return [...places, 'whole'].flatMap((place) => [
        { ...square, place, mirrored: false },
        { ...square, place, mirrored: true },
      ]);
    });
}

function cuts(width: number, height: number): Cut[] {
  const { pictures, crops } = imageCrops(width, height, cropPlan(144, 299, 'imagenet'));
  return crops.map(({ picture, top, left, mirrored }) => {
    const { region, width: scale, square } = pictures[picture];
    return { region, scale, place: square ? 'whole' : `${top},${left}`, mirrored };
  });
}

describe('cropPlan', () => {
  it('scales as GoogLeNet at 224 and in proportion at 299, and as written for CIFAR-10 at 32', () => {
    expect(cropPlan(144, 224, 'imagenet').scales).toEqual([256, 288, 320, 352]);
    expect(cropPlan(12, 299, 'imagenet')).toEqual({
      crops: 12,
      inputSize: 299,
      centralFraction: 0.875,
      scales: [342, 384, 427, 470],
    });
    expect(cropPlan(1, 32, 'cifar10')).toEqual({
      crops: 1,
      inputSize: 32,
      centralFraction: 1,
      scales: [36, 40, 44, 48],
    });
    expect(cropPlan(144, 64, 'cifar10').scales).toEqual([72, 80, 88, 96]);
  });
});

describe('the 144 crops', () => {
  it('of a portrait of 300x400 and a landscape of 400x300 are those of a list written by hand', () => {
    const side = { width: 300, height: 300 };
    expect(handWritten((top) => ({ top, left: 0, ...side }))).toHaveLength(144);
    expect(cuts(300, 400)).toEqual(handWritten((top) => ({ top, left: 0, ...side })));
    expect(cuts(400, 300)).toEqual(handWritten((left) => ({ top: 0, left, ...side })));
  });

  it('scale the whole square a second time, to the input', () => {
    const { pictures } = imageCrops(300, 400, cropPlan(144, 299, 'imagenet'));
    expect(pictures).toHaveLength(24);
    expect(pictures[3]).toEqual({
      region: { top: 50, left: 0, width: 300, height: 300 },
      width: 342,
      height: 342,
      square: { top: 0, left: 0, width: 342, height: 342, size: 299 },
    });
  });
});

describe('the 12 crops', () => {
  it('are those of the first scale and the central square among the 144', () => {
    for (const [width, height] of [
      [300, 400],
      [401, 300],
      [32, 32],
    ]) {
      const twelve = imageCrops(width, height, cropPlan(12, 299, 'imagenet'));
      const all = imageCrops(width, height, cropPlan(144, 299, 'imagenet'));
      const withPicture = ({ pictures, crops }: typeof all) =>
        crops.map((crop) => ({ ...crop, picture: pictures[crop.picture] }));
      expect(withPicture(twelve)).toEqual(withPicture(all).slice(12, 24));
    }
  });
});

describe('the single crop', () => {
  it('is the central 87.5 % of height and of width, scaled to the input', () => {
    // Margins by hand: 500 / 16 = 31.25 and 375 / 16 = 23.4, rounded down.
    expect(imageCrops(500, 375, cropPlan(1, 299, 'imagenet'))).toEqual({
      pictures: [
        { region: { top: 23, left: 31, width: 438, height: 329 }, width: 299, height: 299 },
      ],
      crops: [{ picture: 0, top: 0, left: 0, mirrored: false }],
    });
  });

  it('is the whole image for CIFAR-10', () => {
    const { pictures } = imageCrops(32, 32, cropPlan(1, 32, 'cifar10'));
    expect(pictures).toEqual([
      { region: { top: 0, left: 0, width: 32, height: 32 }, width: 32, height: 32 },
    ]);
  });
});

describe('crops of any image', () => {
  const side = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6000 }));
  const plans = fc
    .tuple(
      fc.constantFrom(1 as const, 12 as const, 144 as const),
      fc.integer({ min: 1, max: 400 }),
      fc.constantFrom('imagenet' as const, 'cifar10' as const),
    )
    .map((settings) => cropPlan(...settings));

  it('are as many as the plan says, each inside its picture, each picture inside the image', () => {
    fc.assert(
      fc.property(side, side, plans, (width, height, plan) => {
        const { pictures, crops } = imageCrops(width, height, plan);
        expect(crops).toHaveLength(plan.crops);
        expect(pictures.every(({ region }) => isInside(region, { width, height }))).toBe(true);
        for (const crop of crops) {
          const picture = pictures[crop.picture];
          const size = picture.square
            ? { width: picture.square.size, height: picture.square.size }
            : picture;
          const place = { ...crop, width: plan.inputSize, height: plan.inputSize };
          expect(isInside(place, size)).toBe(true);
        }
      }),
    );
  });

  it('come as pairs of a crop and its mirror', () => {
    fc.assert(
      fc.property(side, side, plans, (width, height, plan) => {
        fc.pre(plan.crops > 1);
        const { crops } = imageCrops(width, height, plan);
        const mirrors = crops.filter(({ mirrored }) => mirrored);
        expect(mirrors).toHaveLength(plan.crops / 2);
        expect(crops.filter((_, i) => i % 2 === 0).map(mirrorOf)).toEqual(mirrors);
      }),
    );
  });

  it('of a square image are the same for its three squares, and use the same pictures', () => {
    const { pictures, crops } = imageCrops(32, 32, cropPlan(144, 32, 'cifar10'));
    expect(pictures).toHaveLength(8);
    const unique = uniqueCrops(crops);
    expect(unique).toHaveLength(48);
    expect(unique.every(({ count }) => count === 3)).toBe(true);
    expect(unique.slice(0, 12).map(({ crop }) => crop)).toEqual(crops.slice(0, 12));
  });

  it('of long images are the same pixels, no larger than the largest scale', () => {
    for (const [width, height] of [
      [1, 1],
      [1, 5000],
      [5000, 1],
    ]) {
      const { pictures } = imageCrops(width, height, cropPlan(144, 299, 'imagenet'));
      expect(Math.max(...pictures.map((picture) => picture.width * picture.height))).toBe(470 ** 2);
      expect(pictures.every(({ region }) => region.width === 1 && region.height === 1)).toBe(true);
    }
  });
});

describe('uniqueCrops', () => {
  it('counts equal crops, in the order in which they first appear', () => {
    const at = (top: number, mirrored = false): Crop => ({ picture: 0, top, left: 0, mirrored });
    expect(uniqueCrops([at(2), at(1), at(2), at(2, true), at(2)])).toEqual([
      { crop: at(2), count: 3 },
      { crop: at(1), count: 1 },
      { crop: at(2, true), count: 1 },
    ]);
  });
});

function mirrorOf(crop: Crop): Crop {
  return { ...crop, mirrored: true };
}

function isInside(box: Box, { width, height }: { width: number; height: number }): boolean {
  const { top, left } = box;
  const reaches = top + box.height <= height && left + box.width <= width;
  return top >= 0 && left >= 0 && box.width >= 1 && box.height >= 1 && reaches;
}

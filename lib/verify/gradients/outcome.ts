import { seedFor } from '../../data/random';
import type { Expectation, Quantity } from './expectation';
import { type LayerShape, shapeText } from './layerShapes';
import { coordinates, samplePoints } from './points';

/** What a comparison of one tensor of one layer found. */
export interface Outcome {
  readonly shape: LayerShape;
  readonly quantity: Quantity;
  /** How many elements were compared, and how many of them are wrong. */
  readonly compared: number;
  readonly wrong: number;
  /** The largest error, relative to the scale of the tensor; Infinity where a number is none. */
  readonly error: number;
  /** How large it may be. */
  readonly tolerance: number;
  /** Coordinates of the element with the largest error. */
  readonly where: readonly number[];
  /** The first and the last cell of the last axis (depth) that holds a wrong element. */
  readonly wrongChannels?: readonly [first: number, last: number];
}

/** Products that the reference may compute for one tensor: a few milliseconds. */
const PRODUCTS = 1e6;

/** Elements of one tensor that are compared at most. */
const MOST_ELEMENTS = 5_000;

/**
 * How large an error may be for a sum of n products in float32, in the units of `compareTensor`.
 *
 * Each of n additions rounds a partial sum by up to 2^-24 of it. For random terms the partial sums grow like a random
 * walk and so do the roundings: their sum deviates by 2^-24 * sqrt(n / 6) of the final sum's root mean square. This is
 * ten deviations, rounded down, beyond what the largest of a million samples has; the 1 stands for rounding the
 * products and the result. A kernel that sums in blocks is better than that.
 */
export function toleranceOf(terms: number): number {
  return 2 ** -22 * (1 + Math.sqrt(terms));
}

/**
 * Compares a computed tensor with the reference on elements that the seed chooses.
 *
 * The error of an element is its difference from the reference over the scale of the tensor, the root mean square of
 * the reference's elements that were compared (an element near zero has rounding errors as large as the others), or
 * over the element itself where that is larger.
 */
export function compareTensor(
  shape: LayerShape,
  actual: Float32Array,
  { quantity, shape: size, terms, at }: Expectation,
  seed: number,
): Outcome {
  const count = Math.min(MOST_ELEMENTS, Math.floor(PRODUCTS / terms));
  const points = samplePoints(size, count, seedFor(seed, shapeText(shape), quantity));
  const expected = Float64Array.from(points, at);
  const squares = expected.reduce((sum, value) => sum + value * value, 0);
  const scale = Math.sqrt(squares / points.length);
  const errors = Float64Array.from(points, (point, i) =>
    errorOf(actual[point], expected[i], scale),
  );
  const tolerance = toleranceOf(terms);
  const worst = errors.reduce((best, error, i) => (error > errors[best] ? i : best), 0);
  const wrong = points.filter((_, i) => errors[i] > tolerance);
  return {
    ...{ shape, quantity, compared: points.length, wrong: wrong.length, tolerance },
    ...{ error: errors[worst], where: coordinates(points[worst], size) },
    ...(wrong.length > 0 ? { wrongChannels: channelRange(wrong, size) } : {}),
  };
}

function errorOf(actual: number, expected: number, scale: number): number {
  const difference = Math.abs(actual - expected);
  const error = difference === 0 ? 0 : difference / Math.max(scale, Math.abs(expected));
  return Number.isNaN(error) ? Infinity : error;
}

function channelRange(
  points: Uint32Array,
  size: readonly number[],
): readonly [first: number, last: number] {
  const channels = points.map((point) => point % size[size.length - 1]);
  return [Math.min(...channels), Math.max(...channels)];
}

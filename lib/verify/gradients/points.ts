import { randomStream } from '../../data/random';
import { elements } from '../../models/parameters';

/** So many cells at each end of every axis are always looked at: kernels work in blocks of up to 32 channels. */
const EDGE = 32;

/**
 * Flat indices of `count` elements of a tensor, or of all where it has no more, in increasing order.
 *
 * Always among them, even where that makes more than `count`: every corner, and for each of the first and last 32
 * cells of each axis an element in it. The other coordinates of these lie at an end of their axis half of the time,
 * so that edges of the grid meet edges of the depth; the rest is anywhere. The same seed gives the same elements.
 */
export function samplePoints(shape: readonly number[], count: number, seed: number): Uint32Array {
  const total = elements(shape);
  if (total <= count) {
    return Uint32Array.from({ length: total }, (_, index) => index);
  }
  const random = randomStream(seed);
  const anywhere = (size: number) => Math.floor(random() * size);
  const somewhere = (size: number) => (random() < 0.5 ? anywhere(size) : anywhere(2) * (size - 1));
  const points = new Set(corners(shape));
  shape.forEach((size, axis) =>
    edgesOf(size).forEach((cell) =>
      points.add(
        flatIndex(
          shape.map((other, i) => (i === axis ? cell : somewhere(other))),
          shape,
        ),
      ),
    ),
  );
  while (points.size < count) {
    points.add(anywhere(total));
  }
  return Uint32Array.from(points).sort();
}

/** The coordinates of an element, row-major. */
export function coordinates(index: number, shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result[axis] = index % shape[axis];
    index = Math.floor(index / shape[axis]);
  }
  return result;
}

function flatIndex(position: readonly number[], shape: readonly number[]): number {
  return position.reduce((index, cell, axis) => index * shape[axis] + cell, 0);
}

function corners(shape: readonly number[]): number[] {
  return shape.reduce<number[]>(
    (partial, size) => partial.flatMap((index) => [index * size, index * size + size - 1]),
    [0],
  );
}

function edgesOf(size: number): number[] {
  const cells = Array.from({ length: size }, (_, cell) => cell);
  return cells.filter((cell) => cell < EDGE || cell >= size - EDGE);
}

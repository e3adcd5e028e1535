import type { Box, Picture } from './picture';

/**
 * A part of a picture, scaled to `width` x `height` pixels: bilinear where it grows, and where it shrinks the same triangle
 * made as wide as the source pixels of one result pixel, so that every pixel counts.
 *
 * So do Pillow and, with `antialias=True`, TensorFlow. Google's own evaluation (`resize_bilinear`) takes two neighbours
 * however much it shrinks, and so aliases. Pixel centres stay where they are, which sharp's enlarging does not give: it
 * shifts by half a pixel of the result. Nothing outside the part is looked at.
 */
export function scalePicture(
  picture: Picture,
  region: Box,
  width: number,
  height: number,
): Picture {
  checkInside(region, picture);
  if (region.width === width && region.height === height) return cut(picture, region);
  const columns = tapsOf(region.left, region.width, width);
  const rows = tapsOf(region.top, region.height, height);
  const mixed = new Float32Array(3 * picture.width);
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    mixRows(picture, region, rows, y, mixed);
    mixColumns(mixed, columns, pixels, y);
  }
  return { width, height, pixels };
}

function checkInside({ top, left, width, height }: Box, picture: Picture): void {
  const inside =
    Math.min(top, left) >= 0 &&
    Math.min(width, height) >= 1 &&
    left + width <= picture.width &&
    top + height <= picture.height;
  if (!inside) {
    throw new RangeError(
      `${width}x${height} pixels at ${left}, ${top} do not lie in a picture of ${picture.width}x${picture.height}.`,
    );
  }
}

function cut(picture: Picture, { top, left, width, height }: Box): Picture {
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * ((top + y) * picture.width + left);
    pixels.set(picture.pixels.subarray(from, from + 3 * width), 3 * width * y);
  }
  return { width, height, pixels };
}

/**
 * Which source pixels make each result pixel along one axis: those from `firsts[i]` on, with the weights from `starts[i]` to
 * `starts[i + 1]`, which sum to 1.
 */
interface Taps {
  readonly firsts: Int32Array;
  readonly starts: Int32Array;
  readonly weights: Float64Array;
}

function tapsOf(offset: number, length: number, scaled: number): Taps {
  const scale = length / scaled;
  const reach = Math.max(scale, 1);
  const firsts = new Int32Array(scaled);
  const starts = new Int32Array(scaled + 1);
  const weights = new Float64Array(scaled * (2 * Math.ceil(reach) + 1));
  for (let index = 0, end = 0; index < scaled; index++) {
    const centre = (index + 0.5) * scale - 0.5;
    const first = Math.max(Math.ceil(centre - reach), 0);
    const last = Math.min(Math.floor(centre + reach), length - 1);
    let sum = 0;
    for (let from = first; from <= last; from++) {
      sum += weights[end + from - first] = 1 - Math.abs(from - centre) / reach;
    }
    firsts[index] = offset + first;
    for (const stop = end + last - first + 1; end < stop; end++) weights[end] /= sum;
    starts[index + 1] = end;
  }
  return { firsts, starts, weights };
}

// Plain loops: with closures and views they take several times as long, and they run once per pixel of each image.

function mixRows(
  { pixels, width }: Picture,
  region: Box,
  { firsts, starts, weights }: Taps,
  y: number,
  mixed: Float32Array,
): void {
  const from = 3 * region.left;
  const to = from + 3 * region.width;
  mixed.fill(0, from, to);
  for (let tap = starts[y]; tap < starts[y + 1]; tap++) {
    const weight = weights[tap];
    const offset = 3 * width * (firsts[y] + tap - starts[y]);
    for (let i = from; i < to; i++) mixed[i] += weight * pixels[offset + i];
  }
}

function mixColumns(
  mixed: Float32Array,
  { firsts, starts, weights }: Taps,
  target: Uint8Array,
  y: number,
): void {
  let to = 3 * y * firsts.length;
  for (let x = 0; x < firsts.length; x++) {
    // Rounded, since what is stored is cut to whole numbers.
    let red = 0.5;
    let green = 0.5;
    let blue = 0.5;
    for (let tap = starts[x], from = 3 * firsts[x]; tap < starts[x + 1]; tap++, from += 3) {
      const weight = weights[tap];
      red += weight * mixed[from];
      green += weight * mixed[from + 1];
      blue += weight * mixed[from + 2];
    }
    target[to++] = red;
    target[to++] = green;
    target[to++] = blue;
  }
}

import type { Box } from './picture';

/** Shares of an image's area, from 0 to 1, between which parts of it are drawn. */
export interface AreaRange {
  readonly least: number;
  readonly most: number;
}

/** Share of the image's area that a box is drawn from, and bounds of its width over its height; both as in slim. */
const AREA: AreaRange = { least: 0.05, most: 1 };
const ASPECT = { least: 0.75, most: 1.33 };
/** Least share of the object that a box must show. Where no object is marked, as here, that is the whole image. */
const LEAST_COVERED = 0.1;
const ATTEMPTS = 100;

/**
 * A box of random size, shape and place in an image, as TensorFlow's `sample_distorted_bounding_box` draws it for Google's
 * training: with 5 to 100 % of the area, or 10 to 100 % in effect, since it must show a tenth of the image; the whole image
 * when 100 attempts give none, as with very long ones.
 *
 * `random` gives numbers in [0, 1).
 */
export function distortedBox(width: number, height: number, random: () => number): Box {
  const size = distortedSize(width, height, random, AREA);
  // The kernel never draws the last place that would fit.
  const place = (rest: number): number => Math.floor(random() * rest);
  return size
    ? { top: place(height - size.height), left: place(width - size.width), ...size }
    : { top: 0, left: 0, width, height };
}

/**
 * Width and height, in pixels, of a random part of an image, as `distortedBox` draws them: an aspect of 0.75 to 1.33, then a
 * height, uniform between those of the least and the largest `area`; undefined when 100 attempts give none.
 *
 * `random` gives numbers in [0, 1).
 */
export function distortedSize(
  width: number,
  height: number,
  random: () => number,
  area: AreaRange,
): Pick<Box, 'width' | 'height'> | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const aspect = ASPECT.least + random() * (ASPECT.most - ASPECT.least);
    const size = sizeOfAspect({ width, height }, aspect, area, random);
    if (size && size.width * size.height >= LEAST_COVERED * width * height) return size;
  }
  return undefined;
}

/** A size of this aspect whose height is uniform between those of the least and the largest area that fits. */
function sizeOfAspect(
  { width, height }: Pick<Box, 'width' | 'height'>,
  aspect: number,
  shares: AreaRange,
  random: () => number,
) {
  const area = { least: shares.least * width * height, most: shares.most * width * height };
  const largest = Math.min(
    Math.round(Math.sqrt(area.most / aspect)),
    tallestOfWidth(width, aspect),
    height,
  );
  const least = Math.min(Math.round(Math.sqrt(area.least / aspect)), largest);
  let box = ofHeight(least + Math.floor(random() * (largest - least + 1)), aspect);
  // Rounding may have taken it out of the bounds.
  if (box.width * box.height < area.least) box = ofHeight(box.height + 1, aspect);
  if (box.width * box.height > area.most) box = ofHeight(box.height - 1, aspect);
  const share = box.width * box.height;
  const fits =
    share >= area.least && share <= area.most && box.width <= width && box.height <= height;
  return fits && share > 0 ? box : undefined;
}

function ofHeight(height: number, aspect: number) {
  return { width: Math.round(height * aspect), height };
}

/** The largest height of which the width still fits once it is rounded. */
function tallestOfWidth(width: number, aspect: number): number {
  const tallest = Math.floor((width + 0.5) / aspect);
  return Math.round(tallest * aspect) > width ? tallest - 1 : tallest;
}

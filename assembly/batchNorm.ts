import { Vector } from './vector';

/** Rows that are added up in float32 before they go to the float64 totals. */
const BLOCK: i32 = 64;

/**
 * For x [rows, channels]: totals[0] = sum of (x - shift) and totals[1] = sum of (x - shift)^2, float64 by channel.
 *
 * With a shift near the mean the squares keep their digits. `totals` must be zero and have room for four channels.
 */
export function addMoments(x: usize, shift: usize, totals: usize, rows: i32, channels: i32): void {
  const pitch = channels << 2;
  const padded = ((channels + 3) & ~3) << 3;
  for (let row = 0; row < rows; row += BLOCK) {
    const end = min(rows, row + BLOCK);
    for (let channel = 0; channel < channels; channel += 4) {
      const left = channels - channel;
      const origin = Vector.load(shift + (channel << 2), left);
      let place = x + row * pitch + (channel << 2);
      let sum = f32x4.splat(0);
      let squares = f32x4.splat(0);
      for (let index = row; index < end; index++) {
        const value = f32x4.sub(Vector.load(place, left), origin);
        sum = f32x4.add(sum, value);
        squares = Vector.multiplyAdd(value, value, squares);
        place += pitch;
      }
      addTotals(totals + (channel << 3), sum);
      addTotals(totals + padded + (channel << 3), squares);
    }
  }
}

/** For dy and x [rows, channels]: totals[0] = sum of dy and totals[1] = sum of dy * (x - mean), as above. */
export function addGradientMoments(
  dy: usize,
  x: usize,
  mean: usize,
  totals: usize,
  rows: i32,
  channels: i32,
): void {
  const pitch = channels << 2;
  const padded = ((channels + 3) & ~3) << 3;
  for (let row = 0; row < rows; row += BLOCK) {
    const end = min(rows, row + BLOCK);
    for (let channel = 0; channel < channels; channel += 4) {
      const left = channels - channel;
      const origin = Vector.load(mean + (channel << 2), left);
      let offset = row * pitch + (channel << 2);
      let sum = f32x4.splat(0);
      let products = f32x4.splat(0);
      for (let index = row; index < end; index++) {
        const slope = Vector.load(dy + offset, left);
        sum = f32x4.add(sum, slope);
        products = Vector.multiplyAdd(
          slope,
          f32x4.sub(Vector.load(x + offset, left), origin),
          products,
        );
        offset += pitch;
      }
      addTotals(totals + (channel << 3), sum);
      addTotals(totals + padded + (channel << 3), products);
    }
  }
}

/** Adds four floats to four float64 totals. */
function addTotals(totals: usize, values: v128): void {
  const high = i8x16.shuffle(
    values,
    values,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
  );
  v128.store(totals, f64x2.add(v128.load(totals), f64x2.promote_low_f32x4(values)));
  v128.store(totals, f64x2.add(v128.load(totals, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** y = (x - mean) * scale + shift, channel by channel of [rows, channels]. */
export function normalise(
  x: usize,
  mean: usize,
  scale: usize,
  shift: usize,
  y: usize,
  rows: i32,
  channels: i32,
): void {
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel += 4) {
      const left = channels - channel;
      const offset = channel << 2;
      const centred = f32x4.sub(Vector.load(x + offset, left), Vector.load(mean + offset, left));
      const factor = Vector.load(scale + offset, left);
      const value = Vector.multiplyAdd(centred, factor, Vector.load(shift + offset, left));
      Vector.store(y + offset, value, left);
    }
    x += channels << 2;
    y += channels << 2;
  }
}

/** dx = dy * scale + (x - mean) * slope + shift, channel by channel of [rows, channels]. */
export function normaliseGradient(
  dy: usize,
  x: usize,
  mean: usize,
  scale: usize,
  slope: usize,
  shift: usize,
  dx: usize,
  rows: i32,
  channels: i32,
): void {
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel += 4) {
      const left = channels - channel;
      const offset = channel << 2;
      const centred = f32x4.sub(Vector.load(x + offset, left), Vector.load(mean + offset, left));
      const bend = Vector.multiplyAdd(
        centred,
        Vector.load(slope + offset, left),
        Vector.load(shift + offset, left),
      );
      const direct = Vector.load(dy + offset, left);
      Vector.store(
        dx + offset,
        Vector.multiplyAdd(direct, Vector.load(scale + offset, left), bend),
        left,
      );
    }
    dy += channels << 2;
    x += channels << 2;
    dx += channels << 2;
  }
}

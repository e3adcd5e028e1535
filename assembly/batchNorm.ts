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
  const whole = channels & ~3;
  for (let row = 0; row < rows; row += BLOCK) {
    const count = min(BLOCK, rows - row);
    for (let channel = 0; channel < whole; channel += 4) {
      Moments.add(x, shift, totals, count, channels, channel, 4);
    }
    if (whole < channels) {
      Moments.add(x, shift, totals, count, channels, whole, channels - whole);
    }
    x += count * pitch;
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
  const whole = channels & ~3;
  for (let row = 0; row < rows; row += BLOCK) {
    const count = min(BLOCK, rows - row);
    for (let channel = 0; channel < whole; channel += 4) {
      Moments.addGradient(dy, x, mean, totals, count, channels, channel, 4);
    }
    if (whole < channels) {
      Moments.addGradient(dy, x, mean, totals, count, channels, whole, channels - whole);
    }
    dy += count * pitch;
    x += count * pitch;
  }
}

/** The sums of one block of rows, for the `lanes` channels from `channel` on. */
abstract class Moments {
  @inline
  static add(
    x: usize,
    shift: usize,
    totals: usize,
    rows: i32,
    channels: i32,
    channel: i32,
    lanes: i32,
  ): void {
    const origin = Vector.load(shift + (channel << 2), lanes);
    let place = x + (channel << 2);
    let sum = f32x4.splat(0);
    let squares = sum;
    for (let row = 0; row < rows; row++) {
      const value = f32x4.sub(Vector.load(place, lanes), origin);
      sum = f32x4.add(sum, value);
      squares = Vector.multiplyAdd(value, value, squares);
      place += channels << 2;
    }
    addTotals(totals, channels, channel, sum, squares);
  }

  @inline
  static addGradient(
    dy: usize,
    x: usize,
    mean: usize,
    totals: usize,
    rows: i32,
    channels: i32,
    channel: i32,
    lanes: i32,
  ): void {
    const origin = Vector.load(mean + (channel << 2), lanes);
    let offset = channel << 2;
    let sum = f32x4.splat(0);
    let products = sum;
    for (let row = 0; row < rows; row++) {
      const slope = Vector.load(dy + offset, lanes);
      const centred = f32x4.sub(Vector.load(x + offset, lanes), origin);
      sum = f32x4.add(sum, slope);
      products = Vector.multiplyAdd(slope, centred, products);
      offset += channels << 2;
    }
    addTotals(totals, channels, channel, sum, products);
  }
}

/** Adds the sums of four channels to both rows of float64 totals. */
function addTotals(totals: usize, channels: i32, channel: i32, first: v128, second: v128): void {
  const pitch = ((channels + 3) & ~3) << 3;
  addFour(totals + (channel << 3), first);
  addFour(totals + pitch + (channel << 3), second);
}

/** Adds four floats to four float64 numbers. */
function addFour(totals: usize, values: v128): void {
  const high = v128.shuffle<f32>(values, values, 2, 3, 2, 3);
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
  const whole = channels & ~3;
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < whole; channel += 4) {
      Normal.transform(x, mean, scale, shift, y, channel, 4);
    }
    if (whole < channels) {
      Normal.transform(x, mean, scale, shift, y, whole, channels - whole);
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
  const whole = channels & ~3;
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < whole; channel += 4) {
      Normal.transformGradient(dy, x, mean, scale, slope, shift, dx, channel, 4);
    }
    if (whole < channels) {
      Normal.transformGradient(dy, x, mean, scale, slope, shift, dx, whole, channels - whole);
    }
    dy += channels << 2;
    x += channels << 2;
    dx += channels << 2;
  }
}

/** One row, for the `lanes` channels from `channel` on. */
abstract class Normal {
  @inline
  static transform(
    x: usize,
    mean: usize,
    scale: usize,
    shift: usize,
    y: usize,
    channel: i32,
    lanes: i32,
  ): void {
    const offset = channel << 2;
    const centred = f32x4.sub(Vector.load(x + offset, lanes), Vector.load(mean + offset, lanes));
    const factor = Vector.load(scale + offset, lanes);
    const value = Vector.multiplyAdd(centred, factor, Vector.load(shift + offset, lanes));
    Vector.store(y + offset, value, lanes);
  }

  @inline
  static transformGradient(
    dy: usize,
    x: usize,
    mean: usize,
    scale: usize,
    slope: usize,
    shift: usize,
    dx: usize,
    channel: i32,
    lanes: i32,
  ): void {
    const offset = channel << 2;
    const centred = f32x4.sub(Vector.load(x + offset, lanes), Vector.load(mean + offset, lanes));
    const bend = Vector.load(slope + offset, lanes);
    const indirect = Vector.multiplyAdd(centred, bend, Vector.load(shift + offset, lanes));
    const factor = Vector.load(scale + offset, lanes);
    const value = Vector.multiplyAdd(Vector.load(dy + offset, lanes), factor, indirect);
    Vector.store(dx + offset, value, lanes);
  }
}

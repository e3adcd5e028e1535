import { Vector } from './vector';

/**
 * Gradient of an average pooling: every error is shared evenly by the positions of its window inside the image.
 *
 * Work space: `shares`, outHeight + outWidth floats.
 */
export function averagePoolGradient(
  errors: usize,
  gradient: usize,
  shares: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
): void {
  const columnShares = shares + (outHeight << 2);
  tabulateShares(shares, outHeight, height, filterHeight, strideHeight, top);
  tabulateShares(columnShares, outWidth, width, filterWidth, strideWidth, left);
  const whole = channels & ~3;
  const pixel = channels << 2;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < height; y++) {
      const row0 = firstCovering(y + top, filterHeight, strideHeight);
      const row1 = min(outHeight, (y + top) / strideHeight + 1);
      for (let x = 0; x < width; x++) {
        const column0 = firstCovering(x + left, filterWidth, strideWidth);
        const column1 = min(outWidth, (x + left) / strideWidth + 1);
        const place = errors + (row0 * outWidth + column0) * pixel;
        const rows = shares + (row0 << 2);
        const columns = columnShares + (column0 << 2);
        const height = row1 - row0;
        const width = column1 - column0;
        const pitch = outWidth * pixel;
        for (let offset = 0; offset < whole << 2; offset += 16) {
          const sum = Shares.collect(place + offset, rows, columns, height, width, pitch, pixel, 4);
          v128.store(gradient + offset, sum);
        }
        if (whole < channels) {
          const at = place + (whole << 2);
          const rest = channels - whole;
          const sum = Shares.collect(at, rows, columns, height, width, pitch, pixel, rest);
          Vector.store(gradient + (whole << 2), sum, rest);
        }
        gradient += pixel;
      }
    }
    errors += outHeight * outWidth * pixel;
  }
}

/** The first output whose window reaches the position `place` of the padded input. */
function firstCovering(place: i32, filter: i32, stride: i32): i32 {
  return max(0, place - filter + stride) / stride;
}

/** For each window along an axis, 1 / how many of its positions lie inside the image. */
function tabulateShares(
  table: usize,
  count: i32,
  size: i32,
  filter: i32,
  stride: i32,
  before: i32,
): void {
  for (let index = 0; index < count; index++) {
    const start = index * stride - before;
    const inside = min(size, start + filter) - max(0, start);
    store<f32>(table + (index << 2), <f32>1 / <f32>inside);
  }
}

abstract class Shares {
  /** What a position gets from the windows that cover it, for up to four channels. */
  @inline
  static collect(
    errors: usize,
    rowShares: usize,
    columnShares: usize,
    rows: i32,
    columns: i32,
    rowPitch: i32,
    columnPitch: i32,
    lanes: i32,
  ): v128 {
    let sum = f32x4.splat(0);
    for (let row = 0; row < rows; row++) {
      let ofRow = f32x4.splat(0);
      let place = errors + row * rowPitch;
      for (let column = 0; column < columns; column++) {
        const share = v128.load32_splat(columnShares + (column << 2));
        ofRow = Vector.multiplyAdd(Vector.load(place, lanes), share, ofRow);
        place += columnPitch;
      }
      sum = Vector.multiplyAdd(ofRow, v128.load32_splat(rowShares + (row << 2)), sum);
    }
    return sum;
  }
}

/** Gradient of a maximum pooling: every error goes to the first maximum of its window. */
export function maxPoolGradient(
  input: usize,
  errors: usize,
  gradient: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
): void {
  const pixel = channels << 2;
  const imageBytes = height * width * pixel;
  memory.fill(gradient, 0, images * imageBytes);
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < outHeight; row++) {
      const y0 = max(0, row * strideHeight - top);
      const y1 = min(height, row * strideHeight - top + filterHeight);
      for (let column = 0; column < outWidth; column++) {
        const x0 = max(0, column * strideWidth - left);
        const x1 = min(width, column * strideWidth - left + filterWidth);
        const corner = (y0 * width + x0) * pixel;
        for (let channel = 0; channel < channels; channel += 4) {
          const start = corner + (channel << 2);
          const lanes = channels - channel;
          const error = Vector.load(errors + (channel << 2), lanes);
          giveToMaximum(
            input + start,
            gradient + start,
            error,
            y1 - y0,
            x1 - x0,
            width * pixel,
            pixel,
            lanes,
          );
        }
        errors += pixel;
      }
    }
    input += imageBytes;
    gradient += imageBytes;
  }
}

/** Adds the errors of four channels to the gradient at the first maximum of a window of each. */
function giveToMaximum(
  input: usize,
  gradient: usize,
  errors: v128,
  rows: i32,
  columns: i32,
  rowBytes: i32,
  pixel: i32,
  lanes: i32,
): void {
  let highest = f32x4.splat(-Infinity);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      highest = f32x4.max(highest, Vector.load(input + row * rowBytes + column * pixel, lanes));
    }
  }
  let open = i32x4.splat(-1);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const offset = row * rowBytes + column * pixel;
      const found = v128.and(open, f32x4.eq(Vector.load(input + offset, lanes), highest));
      const share = v128.and(errors, found);
      Vector.store(
        gradient + offset,
        f32x4.add(Vector.load(gradient + offset, lanes), share),
        lanes,
      );
      open = v128.andnot(open, found);
    }
  }
}

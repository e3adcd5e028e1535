import { Vector } from './vector';

/** Gradient of an average pooling: every error is shared evenly by the positions of its window inside the image. */
export function averagePoolGradient(
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
        const share = f32x4.splat(<f32>1 / <f32>((y1 - y0) * (x1 - x0)));
        for (let y = y0; y < y1; y++) {
          for (let x = x0; x < x1; x++) {
            addScaled(gradient + (y * width + x) * pixel, errors, share, channels);
          }
        }
        errors += pixel;
      }
    }
    gradient += imageBytes;
  }
}

/** target += source * factor, for `count` floats. */
function addScaled(target: usize, source: usize, factor: v128, count: i32): void {
  for (let index = 0; index < count; index += 4) {
    const offset = index << 2;
    const value = Vector.load(source + offset, count - index);
    const sum = Vector.multiplyAdd(value, factor, Vector.load(target + offset, count - index));
    Vector.store(target + offset, sum, count - index);
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

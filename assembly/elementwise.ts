import { Vector } from './vector';

/** gradient = errors where outputs > 0, else zero: `size` floats. */
export function reluGradient(errors: usize, outputs: usize, gradient: usize, size: i32): void {
  const whole = size & ~3;
  for (let index = 0; index < whole; index += 4) {
    Elements.maskErrors(errors, outputs, gradient, index << 2, 4);
  }
  if (whole < size) {
    Elements.maskErrors(errors, outputs, gradient, whole << 2, size - whole);
  }
}

/** moved = average - (average - value) * rate: `size` floats. */
export function moveTowards(
  average: usize,
  value: usize,
  moved: usize,
  size: i32,
  rate: f32,
): void {
  const whole = size & ~3;
  for (let index = 0; index < whole; index += 4) {
    Elements.move(average, value, moved, rate, index << 2, 4);
  }
  if (whole < size) {
    Elements.move(average, value, moved, rate, whole << 2, size - whole);
  }
}

/** Up to four floats, `offset` bytes from where the operands begin. */
abstract class Elements {
  @inline
  static maskErrors(errors: usize, outputs: usize, gradient: usize, offset: i32, lanes: i32): void {
    const isPositive = f32x4.gt(Vector.load(outputs + offset, lanes), f32x4.splat(0));
    const kept = v128.and(Vector.load(errors + offset, lanes), isPositive);
    Vector.store(gradient + offset, kept, lanes);
  }

  @inline
  static move(
    average: usize,
    value: usize,
    moved: usize,
    rate: f32,
    offset: i32,
    lanes: i32,
  ): void {
    const from = Vector.load(average + offset, lanes);
    const distance = f32x4.sub(from, Vector.load(value + offset, lanes));
    const result = f32x4.sub(from, f32x4.mul(distance, f32x4.splat(rate)));
    Vector.store(moved + offset, result, lanes);
  }
}

/** One step of RMSProp on `size` floats; `fresh` is 1 - decay. The results are new values, the old ones stay. */
export function rmspropUpdate(
  variable: usize,
  meanSquare: usize,
  step: usize,
  gradient: usize,
  newVariable: usize,
  newMeanSquare: usize,
  newStep: usize,
  size: i32,
  decay: f32,
  fresh: f32,
  momentum: f32,
  epsilon: f32,
  learningRate: f32,
): void {
  for (let index = 0; index < size; index += 4) {
    const offset = index << 2;
    const left = size - index;
    const slope = Vector.load(gradient + offset, left);
    const squares = f32x4.mul(f32x4.mul(slope, slope), f32x4.splat(fresh));
    const old = Vector.load(meanSquare + offset, left);
    const mean = Vector.multiplyAdd(old, f32x4.splat(decay), squares);
    const root = f32x4.sqrt(f32x4.add(mean, f32x4.splat(epsilon)));
    const move = f32x4.div(f32x4.mul(slope, f32x4.splat(learningRate)), root);
    const next = Vector.multiplyAdd(Vector.load(step + offset, left), f32x4.splat(momentum), move);
    Vector.store(newMeanSquare + offset, mean, left);
    Vector.store(newStep + offset, next, left);
    Vector.store(newVariable + offset, f32x4.sub(Vector.load(variable + offset, left), next), left);
  }
}

import { Vector } from './vector';

/** gradient = errors where outputs > 0, else zero: `size` floats. */
export function reluGradient(errors: usize, outputs: usize, gradient: usize, size: i32): void {
  const zero = f32x4.splat(0);
  for (let index = 0; index < size; index += 4) {
    const offset = index << 2;
    const left = size - index;
    const isPositive = f32x4.gt(Vector.load(outputs + offset, left), zero);
    Vector.store(gradient + offset, v128.and(Vector.load(errors + offset, left), isPositive), left);
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
    const mean = Vector.multiplyAdd(
      Vector.load(meanSquare + offset, left),
      f32x4.splat(decay),
      squares,
    );
    const root = f32x4.sqrt(f32x4.add(mean, f32x4.splat(epsilon)));
    const move = f32x4.div(f32x4.mul(slope, f32x4.splat(learningRate)), root);
    const next = Vector.multiplyAdd(Vector.load(step + offset, left), f32x4.splat(momentum), move);
    Vector.store(newMeanSquare + offset, mean, left);
    Vector.store(newStep + offset, next, left);
    Vector.store(newVariable + offset, f32x4.sub(Vector.load(variable + offset, left), next), left);
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
  for (let index = 0; index < size; index += 4) {
    const offset = index << 2;
    const left = size - index;
    const from = Vector.load(average + offset, left);
    const distance = f32x4.sub(from, Vector.load(value + offset, left));
    Vector.store(moved + offset, f32x4.sub(from, f32x4.mul(distance, f32x4.splat(rate))), left);
  }
}

import { Vector } from './vector';

/** Copies `rows` rows of `columns` floats between matrices whose rows are `sourcePitch` and `targetPitch` floats apart. */
export function copyColumns(
  source: usize,
  target: usize,
  rows: i32,
  columns: i32,
  sourcePitch: i32,
  targetPitch: i32,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column += 4) {
      const offset = column << 2;
      const left = columns - column;
      Vector.store(target + offset, Vector.load(source + offset, left), left);
    }
    source += sourcePitch << 2;
    target += targetPitch << 2;
  }
}

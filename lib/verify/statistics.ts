/** Mean, population standard deviation and l2 norm of a tensor. */
export interface Moments {
  readonly mean: number;
  readonly std: number;
  readonly l2: number;
}

/** The moments of values, summed in double precision. */
export function momentsOf(values: Float32Array): Moments {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  let deviations = 0;
  for (const value of values) {
    deviations += (value - mean) ** 2;
  }
  return { mean, std: Math.sqrt(deviations / values.length), l2: Math.sqrt(squares) };
}

/** Elements in the middle of `count` equal parts: at floor((2j + 1) * n / (2 * count)). */
export function probesOf(values: Float32Array, count: number): number[] {
  return Array.from(
    { length: count },
    (_, j) => values[Math.floor(((2 * j + 1) * values.length) / (2 * count))],
  );
}

/** Where the largest value stands. */
export function argmaxOf(values: Float32Array): number {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}

/** The parts of a batch, one image each. */
export function imagesOf(values: Float32Array, batch: number): Float32Array[] {
  const size = values.length / batch;
  return Array.from({ length: batch }, (_, n) => values.subarray(n * size, (n + 1) * size));
}

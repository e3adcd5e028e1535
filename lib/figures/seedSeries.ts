/** A quantity over runs that differ in their seed: mean, lowest and highest at each x. */
export interface SeedSeries {
  readonly runs: number;
  readonly x: readonly number[];
  readonly mean: readonly number[];
  readonly lowest: readonly number[];
  readonly highest: readonly number[];
}

/** A point of one run. */
export type Point = readonly [x: number, y: number];

/** The series over runs, each given by its points, at the places that every run has. */
export function seedSeries(runs: readonly (readonly Point[])[]): SeedSeries {
  const byX = new Map<number, number[]>();
  for (const [x, y] of runs.flat()) {
    byX.set(x, [...(byX.get(x) ?? []), y]);
  }
  const complete = [...byX]
    .filter(([, values]) => values.length === runs.length)
    .sort(([a], [b]) => a - b);
  return {
    runs: runs.length,
    x: complete.map(([x]) => x),
    mean: complete.map(([, values]) => values.reduce((sum, value) => sum + value) / values.length),
    lowest: complete.map(([, values]) => Math.min(...values)),
    highest: complete.map(([, values]) => Math.max(...values)),
  };
}

/** The means of a run's points over windows of `width` in x; each stands at the last x of its window. */
export function windowMeans(points: readonly Point[], width: number): readonly Point[] {
  const windows = new Map<number, number[]>();
  for (const [x, y] of points) {
    const end = Math.ceil(x / width) * width;
    windows.set(end, [...(windows.get(end) ?? []), y]);
  }
  return [...windows].map(([end, values]) => [
    end,
    values.reduce((sum, value) => sum + value) / values.length,
  ]);
}

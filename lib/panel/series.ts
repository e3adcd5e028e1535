/** One point of the curves; null where a number is not known or not finite. */
export interface Point {
  readonly step: number;
  readonly loss: number | null;
  /** Training top-1 error, in percent. */
  readonly error: number | null;
  /** Shares of the last layer before the average pooling, 0 to 1. */
  readonly zeros: number | null;
  readonly deadChannels: number | null;
}

const KEYS = ['loss', 'error', 'zeros', 'deadChannels'] as const;

/**
 * The points of a run, never more than a limit: when they would be, two neighbours become their mean, and from then on as many
 * steps as that make one point.
 */
export class Series {
  private readonly kept: Point[] = [];
  private waiting: Point[] = [];
  private perPoint = 1;
  /** Changes when points that were there before have changed. */
  generation = 0;

  /** `limit`: an even number. */
  constructor(private readonly limit = 2000) {}

  /** The points so far, without those of steps that do not make one together yet. */
  get points(): readonly Point[] {
    return this.kept;
  }

  add(point: Point): void {
    this.waiting.push(point);
    if (this.waiting.length < this.perPoint) return;
    this.kept.push(meanPoint(this.waiting));
    this.waiting = [];
    if (this.kept.length >= this.limit) this.halve();
  }

  private halve(): void {
    const pairs = Array.from({ length: this.kept.length / 2 }, (_, index) =>
      meanPoint(this.kept.slice(2 * index, 2 * index + 2)),
    );
    this.kept.splice(0, this.kept.length, ...pairs);
    this.perPoint *= 2;
    this.generation += 1;
  }
}

/** At most so many points, means of neighbours, for a curve that is only compared with. */
export function thinned(points: readonly Point[], limit: number): Point[] {
  const size = Math.ceil(points.length / limit);
  return Array.from({ length: Math.ceil(points.length / Math.max(size, 1)) }, (_, index) =>
    meanPoint(points.slice(index * size, (index + 1) * size)),
  );
}

/** The mean of neighbouring points, at the last one's step. */
function meanPoint(points: readonly Point[]): Point {
  const [last] = points.slice(-1);
  if (points.length === 1) return last;
  const means = KEYS.map((key) => {
    const known = points.map((point) => point[key]).filter((value) => value !== null);
    return [key, known.length > 0 ? known.reduce((a, b) => a + b, 0) / known.length : null];
  });
  return { step: last.step, ...(Object.fromEntries(means) as Omit<Point, 'step'>) };
}

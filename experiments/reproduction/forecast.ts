/** A piece of work that is left, and how long it should take. */
export interface Piece {
  /** Pieces of one kind are faster or slower than they should be by the same factor. */
  readonly kind: string;
  readonly seconds: number;
  /** Several at a time may be under way. */
  readonly isParallel: boolean;
}

/** How long some pieces of work still take, corrected by how long those of them took that have ended. */
export class Forecast {
  private readonly shares: number[];
  private readonly hasEnded: boolean[];
  private readonly took: (number | undefined)[] = [];

  /** `jobs`: how many of the parallel pieces are under way at a time. */
  constructor(
    private readonly pieces: readonly Piece[],
    private readonly jobs: number,
  ) {
    this.shares = pieces.map(() => 0);
    this.hasEnded = pieces.map(() => false);
  }

  /** A piece has been done up to a share from 0 to 1. */
  reach(index: number, share: number): void {
    this.shares[index] = share;
  }

  /** A piece has ended after so many seconds; undefined where that says nothing of the others. */
  end(index: number, seconds?: number): void {
    this.shares[index] = 1;
    this.hasEnded[index] = true;
    this.took[index] = seconds;
  }

  /** Pieces that have ended. */
  get ended(): number {
    return this.hasEnded.filter(Boolean).length;
  }

  /** How much of the time is over, from 0 to 1, as it was foreseen. */
  get share(): number {
    const done = sum(this.pieces.map(({ seconds }, index) => seconds * this.shares[index]));
    const all = sum(this.pieces.map(({ seconds }) => seconds));
    return all > 0 ? done / all : 1;
  }

  /** Seconds until all is done. */
  get secondsLeft(): number {
    const left = (isParallel: boolean): number[] =>
      this.pieces.flatMap((piece, index) =>
        piece.isParallel === isParallel && !this.hasEnded[index]
          ? [piece.seconds * (1 - this.shares[index]) * this.factor(piece.kind)]
          : [],
      );
    const parallel = left(true);
    const lanes = Math.max(1, Math.min(this.jobs, parallel.length));
    return sum(parallel) / lanes + sum(left(false));
  }

  /** How much longer than foreseen pieces took: those of a kind, or all where none of it has ended. */
  private factor(kind: string): number {
    return this.ratio((piece) => piece.kind === kind) ?? this.ratio(() => true) ?? 1;
  }

  private ratio(isMeant: (piece: Piece) => boolean): number | undefined {
    const meant = this.pieces.flatMap((piece, index) => {
      const took = this.took[index];
      return isMeant(piece) && took !== undefined ? [{ foreseen: piece.seconds, took }] : [];
    });
    const foreseen = sum(meant.map((one) => one.foreseen));
    return foreseen > 0 ? sum(meant.map((one) => one.took)) / foreseen : undefined;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

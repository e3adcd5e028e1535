/** One axis of a strided convolution. */
export interface Axis {
  /** Positions of the input. */
  readonly size: number;
  /** Taps of the filter. */
  readonly filter: number;
  readonly stride: number;
  /** Zeros before the input. */
  readonly before: number;
}

/** Input positions that are covered by the same taps of the filter: firstTap, firstTap + stride, ... */
export interface Phase {
  readonly firstTap: number;
  readonly taps: number;
  /** The first of these input positions; the next ones are a stride apart. */
  readonly position: number;
  readonly count: number;
  /** Where, in the framed outputs, the first one's covering windows begin. */
  readonly source: number;
}

/** The phases of an axis that have taps and positions, and the frame that the outputs need. */
export interface Phases {
  readonly phases: readonly Phase[];
  /** Zeros before the outputs. */
  readonly margin: number;
  /** The outputs with their margins. */
  readonly framedSize: number;
}

/**
 * The residue classes of an axis' input positions under its stride.
 *
 * Input y and output q meet at tap k = y + before - q * stride, so y is covered by the taps of its phase,
 * (y + before) mod stride, and by outputs that follow one another.
 */
export function phasesOf({ size, filter, stride, before }: Axis): Phases {
  const margin = Math.ceil(filter / stride) - 1;
  const phases = Array.from({ length: Math.min(stride, filter) }, (_, firstTap) => {
    const position = (((firstTap - before) % stride) + stride) % stride;
    const taps = Math.ceil((filter - firstTap) / stride);
    const lastOutput = (position + before - firstTap) / stride;
    const count = Math.ceil((size - position) / stride);
    return { firstTap, taps, position, count, source: lastOutput - taps + 1 + margin };
  });
  const framedSize = Math.floor((size - 1 + before) / stride) + margin + 1;
  return { phases: phases.filter(({ count }) => count > 0), margin, framedSize };
}

import type { EpochLine } from '../lib/results/record';
import type { Position } from '../lib/training/snapshot';
import type { StepProgress } from '../lib/training/train';
import type { RunEvents } from './oneRun';
import { progressBars } from './progressBars';
import { progressLines } from './progressLines';

/** What a command shows of its runs while they go on, on stderr. */
export interface RunsDisplay {
  /** Begins to show a run. */
  readonly begin: (title: string) => RunDisplay;
  /** A line that stays. */
  readonly say: (text: string) => void;
  readonly stop: () => void;
}

/** What is shown of one run; several may be shown at a time. */
export interface RunDisplay extends RunEvents {
  readonly onStep: (progress: StepProgress) => void;
  readonly onEpoch: (line: EpochLine) => void;
  readonly onResume: (position: Position, file: string) => void;
  readonly onWarning: (text: string) => void;
  readonly end: () => void;
}

/** A bar for each run on a terminal, a few plain lines elsewhere. */
export function runsDisplay(): RunsDisplay {
  return process.stderr.isTTY ? progressBars(process.stderr) : progressLines();
}

import path from 'node:path';

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

/** From where a run goes on. */
export function resumeText({ step }: Position, file: string): string {
  return `goes on from step ${step}  (${path.relative('', file)})`;
}

/** One epoch in words. */
export function epochText({ epoch, trainLoss, top1Error, top5Error, seconds }: EpochLine): string {
  const errors = `top-1 error ${top1Error.toFixed(2)} %, top-5 error ${top5Error.toFixed(2)} %`;
  return `epoch ${epoch}  loss ${trainLoss.toFixed(3)}  ${errors}  (${Math.round(seconds.train + seconds.evaluate)} s)`;
}

/** What a step tells beside its number: loss, top-1 error of the epoch so far, learning rate, images a second. */
export function stepTexts(
  { loss, top1Error, learningRate }: StepProgress,
  imagesPerSecond: number | undefined,
): Readonly<Record<'loss' | 'error' | 'learningRate' | 'speed', string>> {
  return {
    loss: loss.toFixed(4),
    error: `${top1Error.toFixed(1)} %`,
    learningRate: String(Number(learningRate.toPrecision(3))),
    speed: imagesPerSecond === undefined ? '-' : String(Math.round(imagesPerSecond)),
  };
}

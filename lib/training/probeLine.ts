import type { ProbeLine } from '../results/record';
import { sixDigits } from './stability';
import type { ProbeKind } from './stabilityOptions';
import type { StepResult } from './step';

/** What of a probed step is recorded beside its result. */
export interface ProbedStep {
  /** Counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  /** How many images the step took. */
  readonly images: number;
}

/** The line of a probed step: of all layers, or of the last one alone. */
export function probeLine(
  result: StepResult,
  probe: Exclude<ProbeKind, 'none'>,
  { step, learningRate, images }: ProbedStep,
): ProbeLine {
  const { loss, stability = [] } = result;
  return {
    type: 'probe',
    step,
    layers: probe === 'all' ? stability : stability.slice(-1),
    loss: sixDigits(loss),
    top1Error: stepError(result, images),
    learningRate,
  };
}

/** Top-1 error of a step on so many images, in percent. */
export function stepError({ misses }: StepResult, images: number): number {
  return (100 * misses) / images;
}

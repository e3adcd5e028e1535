import path from 'node:path';

import type { EpochLine } from '../lib/results/record';
import type { Position } from '../lib/training/snapshot';
import type { StepProgress } from '../lib/training/train';

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

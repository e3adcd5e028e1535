import { SingleBar } from 'cli-progress';

import type { EpochLine } from '../lib/results/record';
import type { StepProgress, TrainingEvents } from '../lib/training/train';

/** What a run shows while it goes on. */
export interface ProgressDisplay extends TrainingEvents {
  readonly stop: () => void;
}

/** A progress bar with throughput and time left on a terminal, plain lines elsewhere. On stderr. */
export function progressDisplay(title: string, batchSize: number): ProgressDisplay {
  const start = performance.now();
  const epochText = (line: EpochLine) => `${title}  ${epochSummary(line)}`;
  if (!process.stderr.isTTY) {
    return {
      ...plainLines(title),
      onEpoch: (line) => console.error(epochText(line)),
      stop: () => undefined,
    };
  }
  const bar = new SingleBar({
    format: `${title}  {bar} step {value}/{total}  loss {loss}  {rate} images/s  {eta_formatted} left`,
    stream: process.stderr,
    hideCursor: true,
    etaBuffer: 50,
  });
  return {
    onStep: ({ step, totalSteps, loss }: StepProgress) => {
      const rate = Math.round((step * batchSize) / ((performance.now() - start) / 1000));
      const payload = { loss: loss.toFixed(3), rate };
      if (bar.getTotal() !== totalSteps) bar.start(totalSteps, step, payload);
      bar.update(step, payload);
    },
    onEpoch: (line) => {
      process.stderr.write(`\r\u001b[K${epochText(line)}\n`);
    },
    stop: () => bar.stop(),
  };
}

/** The first steps and every tenth part of a run in lines of their own, where there is no terminal to draw on. */
function plainLines(title: string): TrainingEvents {
  return {
    onStep: ({ step, totalSteps, loss }) => {
      const isMilestone = step <= 3 || step % Math.max(1, Math.floor(totalSteps / 10)) === 0;
      if (isMilestone)
        console.error(`${title}  step ${step}/${totalSteps}  loss ${loss.toFixed(6)}`);
    },
  };
}

/** One epoch in words. */
function epochSummary({ epoch, trainLoss, top1Error, top5Error, seconds }: EpochLine): string {
  const errors = `top-1 error ${top1Error.toFixed(2)} %, top-5 error ${top5Error.toFixed(2)} %`;
  return `epoch ${epoch}  loss ${trainLoss.toFixed(3)}  ${errors}  (${Math.round(seconds.train + seconds.evaluate)} s)`;
}

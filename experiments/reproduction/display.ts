import { duration } from '../../lib/report/format';
import { evaluationBar, type EvaluationDisplay, evaluationLines } from '../evaluationDisplay';
import type { RunsDisplay } from '../progress';
import { progressBars } from '../progressBars';
import { progressLines } from '../progressLines';
import { barSize, terminalBars } from '../terminalBars';

/** How far everything is. */
export interface OverallProgress {
  /** Trainings and evaluations that have ended in this command, of all that were left. */
  readonly ended: number;
  readonly of: number;
  /** How much of the time is over, 0 to 1. */
  readonly share: number;
  readonly secondsLeft: number;
}

/** One view over all that a reproduction does, on stderr. */
export interface ReproductionDisplay {
  readonly overall: (progress: OverallProgress) => void;
  readonly runs: RunsDisplay;
  readonly evaluations: EvaluationDisplay;
  readonly stop: () => void;
}

/** A bar over everything and one for each run below it on a terminal; elsewhere a line whenever a run has ended. */
export function reproductionDisplay(): ReproductionDisplay {
  return process.stderr.isTTY ? bars(process.stderr) : lines();
}

/** E.g. "run 12 of 57, about 6 min left". */
export function overallText({ ended, of, secondsLeft }: OverallProgress): string {
  const place = ended < of ? `run ${ended + 1} of ${of}` : `all ${of} runs done`;
  return `${place}, about ${duration(secondsLeft)} left`;
}

function bars(stream: NodeJS.WriteStream): ReproductionDisplay {
  const terminal = terminalBars(stream);
  const options = { format: '{text}  {bar}', barsize: barSize(stream, 60) };
  const bar = terminal.bars.create(1, 0, { text: '' }, options);
  // The parts end one by one, and the view over all of them stays.
  const shared = { ...terminal, stop: () => undefined };
  return {
    overall: (progress) => bar.update(progress.share, { text: overallText(progress) }),
    runs: progressBars(stream, shared),
    evaluations: evaluationBar(stream, shared),
    stop: terminal.stop,
  };
}

function lines(): ReproductionDisplay {
  let told = -1;
  return {
    overall: (progress) => {
      if (progress.ended === told) return;
      told = progress.ended;
      console.error(overallText(progress));
    },
    runs: progressLines(),
    evaluations: evaluationLines(),
    stop: () => undefined,
  };
}

import type { SingleBar } from 'cli-progress';

import {
  everyTenth,
  imagesDone,
  progressText,
  type TakeProgress,
} from '../lib/run/evaluationProgress';
import { EvaluationSpeed } from '../lib/run/evaluationSpeed';
import { barSize, type TerminalBars, terminalBars } from './terminalBars';

/** What a command shows of its evaluations while they go on, on stderr. */
export interface EvaluationDisplay {
  /** Begins to show an evaluation; returns what takes in its progress. */
  readonly begin: (title: string) => TakeProgress;
  /** A line that stays. */
  readonly say: (text: string) => void;
  readonly stop: () => void;
}

/** A bar on a terminal, a line for every tenth part elsewhere. */
export function evaluationDisplay(): EvaluationDisplay {
  return process.stderr.isTTY ? evaluationBar(process.stderr) : evaluationLines();
}

/** A bar for the evaluation that goes on, among `shared` bars where they are given. */
export function evaluationBar(
  stream: NodeJS.WriteStream,
  shared: TerminalBars = terminalBars(stream),
): EvaluationDisplay {
  const { bars, say, stop } = shared;
  const options = { format: '{title}  {bar} {text}', barsize: barSize(stream, 100) };
  let bar: SingleBar | undefined;
  const removeBar = (): void => {
    if (bar) bars.remove(bar);
    bar = undefined;
  };
  return {
    begin: (title) => {
      const speed = new EvaluationSpeed();
      removeBar();
      return (progress) => {
        const payload = { title, text: progressText(progress, speed.measure(progress)) };
        bar ??= bars.create(progress.models * progress.images, 0, payload, options);
        bar.update(imagesDone(progress), payload);
      };
    },
    say,
    stop: () => {
      removeBar();
      stop();
    },
  };
}

/** A line for every tenth part of an evaluation. */
export function evaluationLines(): EvaluationDisplay {
  return {
    begin: (title) => everyTenth((text) => console.error(`${title}  ${text}`)),
    say: (text) => console.error(text),
    stop: () => undefined,
  };
}

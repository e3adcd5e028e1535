import { MultiBar, type SingleBar } from 'cli-progress';

import {
  everyTenth,
  imagesDone,
  progressText,
  type TakeProgress,
} from '../lib/run/evaluationProgress';
import { EvaluationSpeed } from '../lib/run/evaluationSpeed';

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

function evaluationBar(stream: NodeJS.WriteStream): EvaluationDisplay {
  const bars = new MultiBar({
    stream,
    format: '{title}  {bar} {text}',
    barsize: Math.min(30, Math.max(5, stream.columns - 100)),
    ...{ hideCursor: true, clearOnComplete: true, gracefulExit: false },
  });
  let bar: SingleBar | undefined;
  // Also when the process ends at once: the cursor comes back.
  const stop = (): void => {
    process.off('exit', stop);
    bars.update();
    bars.stop();
  };
  process.on('exit', stop);
  return {
    begin: (title) => {
      const speed = new EvaluationSpeed();
      if (bar) bars.remove(bar);
      bar = undefined;
      return (progress) => {
        const payload = { title, text: progressText(progress, speed.measure(progress)) };
        bar ??= bars.create(progress.models * progress.images, 0, payload);
        bar.update(imagesDone(progress), payload);
      };
    },
    say: (text) => {
      bars.log(`${text}\n`);
      bars.update();
    },
    stop,
  };
}

function evaluationLines(): EvaluationDisplay {
  return {
    begin: (title) => everyTenth((text) => console.error(`${title}  ${text}`)),
    say: (text) => console.error(text),
    stop: () => undefined,
  };
}

import { html } from '../figures/html';
import { newNotebookOutput } from '../figures/show';
import { duration } from '../report/format';
import type { EvaluationProgress } from '../results/recordedEvaluation';
import { EvaluationSpeed } from './evaluationSpeed';
import type { Speed } from './speed';

/** Takes in how far an evaluation is. */
export type TakeProgress = (progress: EvaluationProgress) => void;

/** Milliseconds between two updates of an output: Jupyter's servers drop messages that come too fast. */
const SHORTEST_PAUSE = 400;

/** A line below the notebook cell that is running, which follows the evaluation; lines on stderr elsewhere. */
export function evaluationProgress(title: string): TakeProgress {
  const output = newNotebookOutput();
  if (!output) return everyTenth((text) => console.error(`${title}: ${text}`));
  const speed = new EvaluationSpeed();
  let nextDrawing = 0;
  return (progress) => {
    const text = progressText(progress, speed.measure(progress));
    const isLast = imagesDone(progress) === progress.models * progress.images;
    if (performance.now() < nextDrawing && !isLast) return;
    output.html(html`<div>${title}: ${text}</div>`.text);
    nextDrawing = performance.now() + SHORTEST_PAUSE;
  };
}

/** Prints a line at the start and for every tenth part of an evaluation. */
export function everyTenth(print: (text: string) => void): TakeProgress {
  const speed = new EvaluationSpeed();
  let last = -1;
  return (progress) => {
    const measured = speed.measure(progress);
    const tenth = Math.floor((10 * imagesDone(progress)) / (progress.models * progress.images));
    if (tenth !== last) print(progressText(progress, measured));
    last = tenth;
  };
}

/** Over all models. */
export function imagesDone({ model, done, images }: EvaluationProgress): number {
  return (model - 1) * images + done;
}

/** E.g. "model 1/2  image 240/2000  345 images/s  11 s left". */
export function progressText(
  { model, models, done, images }: EvaluationProgress,
  speed?: Speed,
): string {
  return [
    ...(models > 1 ? [`model ${model}/${models}`] : []),
    `image ${done}/${images}`,
    ...(speed
      ? [`${speed.imagesPerSecond.toPrecision(3)} images/s`, `${duration(speed.secondsLeft)} left`]
      : []),
  ].join('  ');
}

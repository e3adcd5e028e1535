import { duration } from '../lib/report/format';
import type { StepProgress } from '../lib/training/train';
import { Pace } from './pace';
import type { RunsDisplay } from './progress';
import { epochText, resumeText, stepTexts } from './progressTexts';

/** A line for the first step, for every tenth part of a run and for every epoch, where there is no terminal to draw on. */
export function progressLines(): RunsDisplay {
  return {
    begin: (title) => {
      const pace = new Pace();
      let hasBegun = false;
      return {
        onStep: (progress) => {
          pace.step(progress.images);
          const tenth = Math.max(1, Math.floor(progress.totalSteps / 10));
          if (!hasBegun || progress.step % tenth === 0) {
            console.error(`${title}  ${stepText(progress, pace)}`);
          }
          hasBegun = true;
        },
        onEpoch: (line) => {
          pace.restart();
          console.error(`${title}  ${epochText(line)}`);
        },
        onResume: (position, file) => console.error(`${title}  ${resumeText(position, file)}`),
        onWarning: (text) => console.error(`${title}  ${text}`),
        end: () => undefined,
      };
    },
    say: (text) => console.error(text),
    stop: () => undefined,
  };
}

function stepText(progress: StepProgress, pace: Pace): string {
  const { step, totalSteps } = progress;
  const { loss, error, learningRate, speed } = stepTexts(progress, pace.imagesPerSecond);
  const { secondsPerStep } = pace;
  return [
    `step ${step}/${totalSteps}`,
    `loss ${loss}`,
    `top-1 error ${error}`,
    `lr ${learningRate}`,
    ...(secondsPerStep === undefined
      ? []
      : [`${speed} images/s`, `${duration((totalSteps - step) * secondsPerStep)} left`]),
  ].join('  ');
}

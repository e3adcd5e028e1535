import { duration } from '../lib/report/format';
import { type Speed, Speedometer } from '../lib/run/speed';
import type { StepProgress } from '../lib/training/train';
import type { RunsDisplay } from './progress';
import { epochText, resumeText, stepTexts } from './progressTexts';

/** A line for the first step, for every tenth part of a run and for every epoch, where there is no terminal to draw on. */
export function progressLines(): RunsDisplay {
  return {
    begin: (title) => {
      const speedometer = new Speedometer();
      let hasBegun = false;
      return {
        onStep: (progress) => {
          const speed = speedometer.measure(progress);
          const tenth = Math.max(1, Math.floor(progress.totalSteps / 10));
          if (!hasBegun || progress.step % tenth === 0) {
            console.error(`${title}  ${stepText(progress, speed)}`);
          }
          hasBegun = true;
        },
        onEpoch: (line) => {
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

function stepText(progress: StepProgress, speed: Speed | undefined): string {
  const { step, totalSteps } = progress;
  const texts = stepTexts(progress, speed?.imagesPerSecond);
  return [
    `step ${step}/${totalSteps}`,
    `loss ${texts.loss}`,
    `top-1 error ${texts.error}`,
    `lr ${texts.learningRate}`,
    ...(speed ? [`${texts.speed} images/s`, `${duration(speed.secondsLeft)} left`] : []),
  ].join('  ');
}

import { html, type Markup } from '../figures/html';
import { duration } from '../report/format';
import type { EpochLine } from '../results/record';
import type { StepProgress } from '../training/train';
import type { Speed } from './speed';

/** What a notebook shows of a run. */
export interface ProgressState {
  readonly title: string;
  /** What happens, or how it ended. */
  readonly note: string;
  readonly step?: StepProgress;
  readonly speed?: Speed;
  readonly epochs: readonly EpochLine[];
}

/** So many epochs are shown, the last ones: an output is sent again with every change. */
const SHOWN_EPOCHS = 10;

/** A run as HTML: its step in figures, and a table of the epochs that are finished. */
export function progressTable({ title, note, step, speed, epochs }: ProgressState): Markup {
  return html`<p><b>${title}</b>: ${note}</p>
    ${step ? [stepMarkup(step, speed)] : []} ${epochs.length > 0 ? [epochsMarkup(epochs)] : []}`;
}

/** A step in words, one for each figure. */
export function stepFacts(step: StepProgress, speed: Speed | undefined): readonly string[] {
  return [
    `step ${step.step} of ${step.totalSteps}`,
    `epoch ${step.epoch}`,
    `loss ${step.loss.toFixed(3)}`,
    `top-1 error ${step.top1Error.toFixed(1)} %`,
    `learning rate ${Number(step.learningRate.toPrecision(3))}`,
    ...(speed ? speedFacts(speed) : []),
  ];
}

function stepMarkup(step: StepProgress, speed: Speed | undefined): Markup {
  const facts = stepFacts(step, speed);
  return html`<p>
    <progress max="${step.totalSteps}" value="${step.step}"></progress> ${facts.join(' · ')}
  </p>`;
}

function speedFacts({ imagesPerSecond, secondsLeft }: Speed): readonly string[] {
  return [
    `${Number(imagesPerSecond.toPrecision(3))} images/s`,
    ...(secondsLeft > 0 ? [`${duration(secondsLeft)} left`] : []),
  ];
}

const COLUMNS: readonly (readonly [title: string, text: (line: EpochLine) => string])[] = [
  ['epoch', ({ epoch }) => String(epoch)],
  ['training loss', ({ trainLoss }) => trainLoss.toFixed(3)],
  ['test loss', ({ testLoss }) => testLoss.toFixed(3)],
  ['top-1 error %', ({ top1Error }) => top1Error.toFixed(2)],
  ['top-5 error %', ({ top5Error }) => top5Error.toFixed(2)],
  ['top-1 error %, raw weights', ({ rawTop1Error }) => rawTop1Error.toFixed(2)],
  ['time', ({ seconds }) => duration(seconds.train + seconds.evaluate)],
];

function epochsMarkup(epochs: readonly EpochLine[]): Markup {
  const hidden = Math.max(0, epochs.length - SHOWN_EPOCHS);
  return html`<table>
    <thead>
      <tr>
        ${COLUMNS.map(([title]) => html`<th>${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${
        hidden > 0
          ? [
              html`<tr>
                <td colspan="${COLUMNS.length}">${hidden} earlier ones</td>
              </tr>`,
            ]
          : []
      }
      ${epochs.slice(hidden).map(
        (line) =>
          html`<tr>
            ${COLUMNS.map(([, text]) => html`<td>${text(line)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

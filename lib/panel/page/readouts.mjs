import { short } from './numbers.mjs';

const ENDS = {
  done: 'Done: all epochs are trained',
  died: 'Died: the last layer put out only zeros',
  diverged: 'Diverged: the loss or the weights are no longer finite',
  stopped: 'Stopped',
  failed: 'Failed',
};

/** Shows where a run stands in words and figures. */
export function showReadouts(state, points) {
  const { step, totalSteps, loss, learningRate, imagesPerSecond } = state;
  const last = points.at(-1);
  write('status', statusText(state));
  write('step', step === undefined ? '–' : `${step} of ${totalSteps}`);
  write('loss', figure(loss));
  write('error', last ? figure(last[2], 1, ' %') : '–');
  write('zeros', zerosText(points));
  write('rate', learningRate === undefined ? '–' : short(learningRate));
  write(
    'speed',
    imagesPerSecond === undefined ? '–' : String(Number(imagesPerSecond.toPrecision(3))),
  );
}

/** Lists the last changes of a run, the newest first. */
export function showChanges(marks) {
  const block = document.querySelector('.changes');
  block.hidden = marks.length === 0;
  const items = marks
    .slice(-5)
    .reverse()
    .map(({ step, text }) => {
      const item = document.createElement('li');
      item.textContent = `step ${step}: ${text}`;
      return item;
    });
  block.querySelector('ol').replaceChildren(...items);
}

/** Says what went wrong, until something else is done. */
export function showMessage(text) {
  const message = document.querySelector('.message');
  message.hidden = text === '';
  message.textContent = text;
}

export function statusText({ status, end, failure, step, run }) {
  switch (status) {
    case 'idle':
      return 'Ready: Start begins a run';
    case 'running':
      return step === undefined ? `Run ${run}: getting ready` : `Run ${run}: training`;
    case 'paused':
      return `Run ${run}: paused`;
    case 'stopping':
      return `Run ${run}: stopping after this step`;
    default:
      return `Run ${run}: ${ENDS[end]}${failure ? `: ${failure}` : ''}`;
  }
}

function zerosText(points) {
  const last = points.findLast((point) => point[3] !== null);
  return last
    ? `${figure(100 * last[3], 1, ' %')}, dead channels ${figure(100 * last[4], 1, ' %')}`
    : '–';
}

function figure(value, digits = 3, unit = '') {
  if (value === undefined) return '–';
  return value === null ? 'not finite' : value.toFixed(digits) + unit;
}

function write(name, text) {
  const element = document.querySelector(`[data-readout="${name}"]`);
  // A screen reader says what is written, even where it is the same.
  if (element.textContent !== text) element.textContent = text;
}

import { wireControls } from './controls.mjs';
import { drawCurves } from './curves.mjs';
import { short } from './numbers.mjs';
import { showChanges, showMessage, showReadouts } from './readouts.mjs';

const declaration = JSON.parse(document.getElementById('declaration').textContent);
const controls = wireControls(declaration, (name, value) => post('set', { name, value }));
const shown = { points: [], earlier: [], marks: [] };
let state = { status: 'idle' };

for (const button of document.querySelectorAll('[data-action]')) {
  button.addEventListener('click', () => {
    const { action } = button.dataset;
    void post('do', { action: action === 'pause' && state.status === 'paused' ? 'goOn' : action });
  });
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawCurves(shown));
new ResizeObserver(tellHeight).observe(document.body);
listen();

async function post(path, body) {
  try {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    showMessage(response.ok ? '' : await response.text());
  } catch {
    showMessage('The panel does not answer: is its kernel still running?');
  }
}

function listen() {
  const events = new EventSource('events');
  events.addEventListener('message', ({ data }) => update(JSON.parse(data)));
  events.addEventListener('closed', () => {
    events.close();
    lost('This panel was closed.');
  });
  events.addEventListener('error', () => lost('No connection to the kernel; trying again.'));
}

function update(message) {
  state = message;
  shown.points = [...shown.points.slice(0, message.from), ...message.points];
  shown.marks = message.marks;
  if (message.earlier) shown.earlier = message.earlier;
  controls.show(message);
  showButtons(message);
  showReadouts(message, shown.points);
  showChanges(message.marks);
  showLegend();
  drawCurves(shown);
}

function showButtons({ status, waiting }) {
  const goesOn = status === 'running' || status === 'paused';
  const of = (action) => document.querySelector(`[data-action="${action}"]`);
  of('start').disabled = status !== 'idle' && status !== 'ended';
  of('pause').disabled = !goesOn;
  of('pause').textContent = status === 'paused' ? 'Go on' : 'Pause';
  of('stop').disabled = !goesOn;
  of('restart').disabled = !goesOn;
  of('restart').classList.toggle('wanted', waiting.length > 0);
}

function showLegend() {
  const runs = shown.earlier.map(({ number, values, end }) => {
    const texts = Object.entries(values).map(
      ([name, value]) => `${declaration.labels[name]} ${short(value)}`,
    );
    return `run ${number} (${texts.join(', ')}; ${end})`;
  });
  document.querySelector('.legend').textContent =
    runs.length > 0 ? `Faint, as they began: ${runs.join('; ')}.` : '';
}

function lost(text) {
  document.querySelector('[data-readout="status"]').textContent = text;
  for (const button of document.querySelectorAll('[data-action]')) button.disabled = true;
}

/** The notebook makes the frame as high as the page. */
function tellHeight() {
  if (window.parent === window) return;
  window.parent.postMessage({ labPanelHeight: document.documentElement.scrollHeight }, '*');
}

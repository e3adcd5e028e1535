import { positionOf, rangeOf, short, valueAt } from './numbers.mjs';

/** Milliseconds between two settings that are sent while a slider is dragged. */
const PAUSE = 100;

/** The controls of the page: `set(name, value)` is called when a person moves one. */
export function wireControls({ controls, live }, set) {
  const all = new Map(
    Object.entries(controls).map(([name, control]) => [name, wire(name, control, set)]),
  );
  return {
    /** Shows the values of the panel, and which of them wait for a new run. */
    show({ values, waiting }) {
      for (const [name, { wrapper, show }] of all) {
        show(values[name]);
        wrapper.classList.toggle('waiting', waiting.includes(name));
        const hint = waiting.includes(name) ? 'changed: restart to use it' : hintOf(name, live);
        const element = wrapper.querySelector('.hint');
        if (element.textContent !== hint) element.textContent = hint;
      }
    },
  };
}

function hintOf(name, live) {
  return live.includes(name) ? 'acts from the next step' : 'needs a new run';
}

function wire(name, control, set) {
  const wrapper = document.querySelector(`[data-control="${CSS.escape(name)}"]`);
  const input = wrapper.querySelector('input, select');
  const output = wrapper.querySelector('output');
  const isSlider = control.kind !== 'choice';
  if (isSlider) Object.assign(input, rangeOf(control));
  const value = () =>
    isSlider ? valueAt(control, Number(input.value)) : control.options[Number(input.value)];
  const tell = (next) => {
    if (!isSlider) return;
    output.value = short(next);
    input.setAttribute('aria-valuetext', output.value);
  };
  const send = throttled(() => set(name, value()));
  // What the panel says of a control that a person is moving is older than that.
  let movedAt = -Infinity;
  input.addEventListener('input', () => {
    movedAt = performance.now();
    tell(value());
    send();
  });
  return {
    wrapper,
    show(next) {
      if (performance.now() < movedAt + 1000) return;
      input.value = String(isSlider ? positionOf(control, next) : control.options.indexOf(next));
      // Not that of the position, which is rounded.
      tell(next);
    },
  };
}

/** Calls at once, then at most every so often, and with the last state in any case. */
function throttled(call) {
  let timer;
  let last = -Infinity;
  return () => {
    clearTimeout(timer);
    const wait = Math.max(0, last + PAUSE - performance.now());
    timer = setTimeout(() => {
      last = performance.now();
      call();
    }, wait);
  };
}

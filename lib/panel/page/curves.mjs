import { short } from './numbers.mjs';

/** What of a point [step, loss, error, zeros, dead channels] each plot draws, and the factor of its unit. */
const PLOTS = {
  loss: { lines: [{ column: 1, name: 'loss' }], factor: 1 },
  error: { lines: [{ column: 2, name: 'top-1 error' }], factor: 1, percent: true },
  zeros: {
    lines: [
      { column: 3, name: 'zeros' },
      { column: 4, name: 'dead channels', dash: 'dot' },
    ],
    ...{ factor: 100, percent: true },
  },
};

/** Draws the curves of a run, the faint ones of earlier runs and the marks of changes. */
export function drawCurves({ points, earlier, marks }) {
  for (const [name, plot] of Object.entries(PLOTS)) {
    const element = document.querySelector(`[data-curve="${name}"]`);
    const colours = coloursOf(element);
    const data = [
      ...earlier.map((run) => faintLine(run, plot, colours)),
      ...plot.lines.map((line) => boldLine(points, line, plot, colours)),
    ];
    window.Plotly.react(element, data, layout(plot, marks, colours), {
      displayModeBar: false,
      responsive: true,
    });
  }
}

function coloursOf(element) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(name).trim();
  return { text: of('--text'), grid: of('--grid'), line: of('--line'), mark: of('--mark') };
}

function column(points, index, factor) {
  return {
    x: points.map(([step]) => step),
    y: points.map((point) => (point[index] === null ? null : factor * point[index])),
  };
}

function boldLine(points, { column: index, name, dash }, { factor }, { line }) {
  return {
    ...column(points, index, factor),
    ...{ name, mode: 'lines', connectgaps: true, line: { color: line, width: 2, dash } },
  };
}

function faintLine({ number, values, points }, { lines: [{ column: index }], factor }, { text }) {
  const texts = Object.entries(values).map(([key, value]) => `${key} ${short(value)}`);
  return {
    ...column(points, index, factor),
    ...{ name: `run ${number}: ${texts.join(', ')}`, mode: 'lines', connectgaps: true },
    ...{ opacity: 0.3, line: { color: text, width: 1 } },
  };
}

function layout({ percent }, marks, { text, grid, mark }) {
  return {
    ...{ height: 210, margin: { l: 56, r: 12, t: 6, b: 36 }, showlegend: false },
    ...{ paper_bgcolor: 'transparent', plot_bgcolor: 'transparent', uirevision: 'kept' },
    font: { color: text, size: 12, family: 'system-ui, sans-serif' },
    hoverlabel: { namelength: -1 },
    xaxis: {
      gridcolor: grid,
      zeroline: false,
      rangemode: 'tozero',
      title: { text: 'step', standoff: 4 },
    },
    yaxis: {
      ...{ gridcolor: grid, zeroline: false },
      ...(percent && { range: [-2, 102], dtick: 25, ticksuffix: ' %' }),
    },
    shapes: marks.map(({ step }) => ({
      ...{ type: 'line', xref: 'x', yref: 'paper', x0: step, x1: step, y0: 0, y1: 1 },
      line: { color: mark, width: 1, dash: 'dash' },
    })),
  };
}

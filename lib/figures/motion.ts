import { UsageError } from '../errors';
import type { Figure, Frame, JsonObject, Layout, Motion, Trace } from './figure';

/** More steps make a slider that cannot be hit, and a large notebook. */
const MOST_STEPS = 25;
/** Pixels below a figure for a slider. */
const SLIDER_HEIGHT = 76;
/** What is left of the series that a slider does not show. */
const FADED = 0.06;

/** The layout of the interactive drawing: the figure's own, with its controls below it. */
export function interactiveLayout(layout: Layout, motion?: Motion): Layout {
  if (!motion) return layout;
  const margin = layout.margin as JsonObject | undefined;
  const bottom = typeof margin?.b === 'number' ? margin.b : 80;
  const below = { ...{ y: 0, yanchor: 'top' }, pad: { t: bottom + 4, b: 8 } };
  const placed = ([name, controls]: [string, unknown]) => [
    name,
    (controls as readonly JsonObject[]).map((control) => ({ ...below, ...control })),
  ];
  return {
    ...layout,
    height: layout.height + motion.height,
    margin: { ...margin, b: bottom + motion.height },
    ...(Object.fromEntries(Object.entries(motion.controls).map(placed)) as JsonObject),
  };
}

/**
 * The figure with a slider over the epochs of the lines in its first panel (Figs. 21-26: those of this machine), and a button
 * that plays them. It needs no kernel. Pictures show all epochs.
 *
 * Throws a UsageError when the first panel has no lines over at least two epochs.
 */
export function withEpochSlider(figure: Figure): Figure {
  const lines = figure.data.flatMap((trace, index) => (isFirstPanelLine(trace) ? [index] : []));
  const xs = lines.flatMap((index) => figure.data[index].x as readonly number[]);
  const epochs = [...new Set(xs)].sort((a, b) => a - b);
  if (epochs.length < 2) {
    throw new UsageError(
      `The figure "${figure.name}" has no lines over epochs in its first panel: expected one of Figs. 21 to 26 (errorCurveFigure).`,
    );
  }
  const stride = Math.ceil(epochs.length / MOST_STEPS);
  const shown = epochs.filter((_, index) => (epochs.length - 1 - index) % stride === 0);
  const frames = shown.map((epoch): Frame => {
    const data = lines.map((index) => upTo(figure.data[index], epoch));
    return { name: String(epoch), traces: lines, data };
  });
  const steps = frames.map(({ name }) => step(name, 'animate', [[name], AT_ONCE]));
  const controls = { sliders: [slider('Up to epoch ', steps, 0.16)], updatemenus: [playButton] };
  return { ...figure, motion: { frames, controls, height: SLIDER_HEIGHT } };
}

/**
 * The figure with a slider that shows one series at a time, for example of the zeros by step one residual scaling; its last
 * step, and pictures, show all. `label` stands before the series' name. It needs no kernel.
 *
 * Throws a UsageError when the legend names fewer than two series.
 */
export function withSeriesSlider(figure: Figure, label = ''): Figure {
  const named = figure.data.filter(({ showlegend }) => showlegend !== false);
  const series = [...new Set(named.map(({ name }) => name))];
  if (series.length < 2) {
    throw new UsageError(
      `The figure "${figure.name}" has ${series.length} series: expected at least two to choose from.`,
    );
  }
  const own = figure.data.map(({ opacity = 1 }) => opacity);
  const seriesOf = figure.data.map((trace) => series.find((name) => belongsTo(trace, name)));
  const chosen = series.map((name) => {
    const opacity = own.map((value, index) => (seriesOf[index] === name ? value : FADED));
    return step(name, 'restyle', [{ opacity }]);
  });
  const steps = [...chosen, step('all', 'restyle', [{ opacity: own }])];
  const controls = { sliders: [slider(label, steps, 0)] };
  return { ...figure, motion: { frames: [], controls, height: SLIDER_HEIGHT } };
}

function belongsTo({ name }: Trace, series: string): boolean {
  return name === series || name.startsWith(`${series}, `);
}

function isFirstPanelLine({ type, xaxis = 'x', x }: Trace): boolean {
  return type === 'scatter' && xaxis === 'x' && typeof x[0] === 'number';
}

/** The points of a line, or of the outline of a band, up to an epoch. */
function upTo({ x, y }: Trace, epoch: number): JsonObject {
  const kept = y.flatMap((_, index) => (Number(x[index]) <= epoch ? [index] : []));
  return { x: kept.map((index) => x[index]), y: kept.map((index) => y[index]) };
}

const AT_ONCE = {
  mode: 'immediate',
  frame: { duration: 0, redraw: false },
  transition: { duration: 0 },
};

const playButton = {
  type: 'buttons',
  ...{ x: 0, xanchor: 'left', showactive: false },
  buttons: [
    {
      label: 'Play',
      method: 'animate',
      args: [null, { ...AT_ONCE, frame: { duration: 250, redraw: false } }],
    },
  ],
};

function step(label: string, method: 'animate' | 'restyle', args: JsonObject['args']): JsonObject {
  return { label, method, args };
}

/** A slider that begins at a share of the panels' width and stands at its last step. */
function slider(prefix: string, steps: readonly JsonObject[], from: number): JsonObject {
  return {
    active: steps.length - 1,
    ...{ x: from, len: 1 - from, steps },
    currentvalue: { prefix, xanchor: 'left', font: { size: 13 } },
  };
}

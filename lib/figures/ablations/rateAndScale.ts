import { count, listed, percent } from '../../report/format';
import { OUTCOME_STEPS } from '../../report/lastLayer';
import { spread } from '../../report/summary';
import type { JsonObject, Trace } from '../figure';
import { type GridPanel, onPanel } from '../grid';
import { type Ablation, gridFigure } from './ablation';
import { heatColor, heatInk } from './heatColor';
import { deadChannels, isAllDead, type ScalingGrid, scalingGrid } from './scalingGrid';
import { runsText, type StudyCell } from './studyCells';
import { scalingName } from './zerosByStep';

/** Dead channels by learning rate and residual scaling, a heat map for each width. */
export const rateAndScale: Ablation = {
  name: 'rate-and-scale',
  experiment: 'residualScaling',
  draw({ runs, scale }) {
    const grid = scalingGrid(runs);
    if (!grid || grid.rates.length < 2) return undefined;
    const caption = [
      `Channels of the last layer before the average pooling that are zero over a whole batch, in percent: mean of steps ${OUTCOME_STEPS.first} to ${OUTCOME_STEPS.last}.`,
      'The darker, the more; a star where the network of every seed counts as dead.',
      runsText(grid.cells, 'cell', scale),
    ].join(' ');
    const figure = gridFigure(
      'rate-and-scale',
      caption,
      {
        title: 'Dead channels by learning rate, residual scaling and width (section 3.3)',
        panels: grid.widths.map((width) => heatPanel(grid, width)),
        ...{ legend: [], columns: Math.min(3, grid.widths.length), height: 150, axisLeft: 50 },
      },
      grid.widths.map((width, index) => onPanel(index, heatTrace(grid, width))),
    );
    return { figure, finding: finding(grid) };
  },
};

function ofWidth({ cells }: ScalingGrid, width: number): readonly StudyCell[] {
  return cells.filter(({ filters }) => filters === width);
}

function heatPanel(grid: ScalingGrid, width: number): GridPanel {
  const { rates, scales } = grid;
  const ticks = (values: readonly number[]): JsonObject => ({
    tickvals: values.map((_, index) => index),
    ticktext: values.map(String),
    range: [-0.5, values.length - 0.5],
    gridcolor: 'rgba(0,0,0,0)',
  });
  return {
    title: `${count(width)} filters`,
    xaxis: { ...ticks(rates), title: { text: 'Learning rate', standoff: 6 } },
    yaxis: { ...ticks([...scales].reverse()), title: { text: 'Scaling', standoff: 4 } },
    shapes: ofWidth(grid, width).map((cell) => heatCell(grid, cell)),
  };
}

/** Where a cell stands in its panel: rates from left to right, scales from the largest at the top. */
function placeOf({ rates, scales }: ScalingGrid, { rate, scale }: StudyCell): [number, number] {
  return [rates.indexOf(rate), scales.length - 1 - scales.indexOf(scale)];
}

function heatCell(grid: ScalingGrid, cell: StudyCell): JsonObject {
  const [x, y] = placeOf(grid, cell);
  return {
    ...{ type: 'rect', layer: 'below', line: { width: 1, color: '#ffffff' } },
    ...{ x0: x - 0.5, x1: x + 0.5, y0: y - 0.5, y1: y + 0.5 },
    fillcolor: heatColor(meanOf(cell)),
  };
}

function heatTrace(grid: ScalingGrid, width: number): Trace {
  const cells = ofWidth(grid, width);
  const places = cells.map((cell) => placeOf(grid, cell));
  return {
    ...{ type: 'scatter', mode: 'text', name: `${count(width)} filters` },
    x: places.map(([x]) => x),
    y: places.map(([, y]) => y),
    text: cells.map((cell) => `${percent(meanOf(cell))}${isAllDead(cell) ? '*' : ''}`),
    textfont: { size: 11, color: cells.map((cell) => heatInk(meanOf(cell))) },
    hovertext: cells.map(hoverText),
    hovertemplate: '%{hovertext}<extra></extra>',
  };
}

function hoverText(cell: StudyCell): string {
  const { mean, lowest, highest } = deadChannels(cell) ?? spread([0]);
  return (
    `${count(cell.filters)} filters, learning rate ${cell.rate}, ${scalingName(cell.scale)}: ` +
    `${percent(mean)} % dead (${percent(lowest)} to ${percent(highest)}, runs: ${cell.records.length})`
  );
}

function meanOf(cell: StudyCell): number {
  return deadChannels(cell)?.mean ?? 0;
}

/** The mean over the widths at the lowest and the highest rate, for the largest and the smallest scale. */
function finding({ cells, rates, scales }: ScalingGrid): string {
  const ends = [rates[0], rates[rates.length - 1]];
  const parts = [scales[0], scales[scales.length - 1]].map((scale) => {
    const means = ends.map((rate) => {
      const chosen = cells.filter((cell) => cell.rate === rate && cell.scale === scale);
      return chosen.length === 0 ? '-' : percent(spread(chosen.map(meanOf)).mean);
    });
    return `from ${means.join(' to ')} % (${scalingName(scale)})`;
  });
  return `From learning rate ${ends.join(' to ')} the dead channels, averaged over the widths, go ${listed(parts)}.`;
}

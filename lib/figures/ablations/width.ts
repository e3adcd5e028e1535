import { count, percent } from '../../report/format';
import { OUTCOME_STEPS } from '../../report/lastLayer';
import { spread } from '../../report/summary';
import type { Trace } from '../figure';
import { type GridPanel, onPanel } from '../grid';
import { orderedStyle } from '../seriesStyles';
import { type Ablation, gridFigure } from './ablation';
import { deadChannels, type ScalingGrid, scalingGrid } from './scalingGrid';
import { runsText, type StudyCell } from './studyCells';
import { scalingName } from './zerosByStep';

/** Filters of a grid beyond which the paper saw its networks die (section 3.3). */
const PAPER_THRESHOLD = 1000;

/** Dead channels by the width of the last grid, a line for each learning rate; without scaling and at the smallest scale. */
export const width: Ablation = {
  name: 'width',
  experiment: 'residualScaling',
  draw({ runs, scale }) {
    const grid = scalingGrid(runs);
    if (!grid || grid.widths.length < 2) return undefined;
    const scales = [grid.scales[0], grid.scales[grid.scales.length - 1]];
    const drawn = grid.cells.filter((cell) => scales.includes(cell.scale));
    const caption = [
      `Channels of the last layer before the average pooling that are zero over a whole batch: mean of steps ${OUTCOME_STEPS.first} to ${OUTCOME_STEPS.last}, by the number of filters.`,
      `Point: mean over the seeds; bar: lowest to highest. Dotted: ${count(PAPER_THRESHOLD)} filters, beyond which the paper saw networks die.`,
      runsText(drawn, 'point', scale),
    ].join(' ');
    const figure = gridFigure(
      'width',
      caption,
      {
        title: 'Dead channels by width and learning rate (section 3.3)',
        panels: scales.map((s) => widthPanel(grid, s)),
        legend: grid.rates.map(rateName),
        ...{ columns: 2, height: 290 },
      },
      scales.flatMap((s, panel) => widthTraces(grid, s, panel)),
    );
    return { figure, finding: finding(grid) };
  },
};

function rateName(rate: number): string {
  return `learning rate ${rate}`;
}

function line({ cells }: ScalingGrid, scale: number, rate: number): readonly StudyCell[] {
  return cells
    .filter((cell) => cell.scale === scale && cell.rate === rate)
    .sort((a, b) => a.filters - b.filters);
}

function widthPanel({ widths }: ScalingGrid, scale: number): GridPanel {
  const last = Math.max(widths[widths.length - 1], PAPER_THRESHOLD);
  return {
    title: scale === 1 ? 'No scaling' : `Scaled by ${scale}`,
    xaxis: {
      ...{ range: [0, last * 1.06], tickvals: widths, tickangle: 0 },
      title: { text: 'Filters in the last grid', standoff: 8 },
    },
    yaxis: { range: [-2, 103], title: { text: 'Dead channels (%)', standoff: 10 } },
    shapes: [
      {
        ...{ type: 'line', layer: 'below', x0: PAPER_THRESHOLD, x1: PAPER_THRESHOLD },
        ...{ y0: -2, y1: 103, line: { color: '#444444', width: 1.5, dash: 'dot' } },
      },
    ],
  };
}

function widthTraces(grid: ScalingGrid, scale: number, panel: number): readonly Trace[] {
  return grid.rates.flatMap((rate, index) => {
    const spreads = line(grid, scale, rate).flatMap((cell) => {
      const dead = deadChannels(cell);
      return dead ? [{ ...dead, filters: cell.filters, runs: cell.records.length }] : [];
    });
    const { color, dash, symbol } = orderedStyle(index);
    const trace: Trace = {
      ...{ type: 'scatter', mode: 'lines+markers', name: rateName(rate) },
      x: spreads.map(({ filters }) => filters),
      y: spreads.map(({ mean }) => mean),
      error_y: {
        ...{ type: 'data', symmetric: false, thickness: 1.2, width: 4, color },
        array: spreads.map(({ mean, highest }) => highest - mean),
        arrayminus: spreads.map(({ mean, lowest }) => mean - lowest),
      },
      ...{ line: { color, dash, width: 2 }, marker: { color, symbol, size: 8 } },
      customdata: spreads.map(({ runs }) => runs),
      hovertemplate: `%{fullData.name}, %{x} filters, ${scalingName(scale)}: %{y:.1f} % dead, runs: %{customdata}<extra></extra>`,
      showlegend: panel === 0,
    };
    return spreads.length > 0 ? [onPanel(panel, trace)] : [];
  });
}

/** How much the dead share changes over the threshold and between the other neighbouring widths, without scaling. */
function finding(grid: ScalingGrid): string {
  const changes = grid.rates.flatMap((rate) => {
    const cells = line(grid, grid.scales[0], rate);
    return cells.slice(1).map((cell, index) => ({
      crosses: cells[index].filters <= PAPER_THRESHOLD && cell.filters > PAPER_THRESHOLD,
      change: (deadChannels(cell)?.mean ?? 0) - (deadChannels(cells[index])?.mean ?? 0),
    }));
  });
  const mean = (crosses: boolean): string => {
    const values = changes.filter((one) => one.crosses === crosses).map(({ change }) => change);
    return values.length === 0 ? 'not measured' : `${percent(spread(values).mean)} points`;
  };
  return (
    `With ${scalingName(grid.scales[0])}, the change of the dead share from one width to the next is, averaged over the learning rates, ` +
    `${mean(true)} where ${count(PAPER_THRESHOLD)} filters are crossed and ${mean(false)} elsewhere.`
  );
}

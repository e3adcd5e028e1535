import { capitalized, listed } from '../../report/format';
import { bandedLine } from '../bandedLine';
import type { Trace } from '../figure';
import { type GridPanel, onPanel } from '../grid';
import { type Point, type SeedSeries, seedSeries } from '../seedSeries';
import { orderedStyle } from '../seriesStyles';
import { type Ablation, gridFigure } from './ablation';
import {
  blockLabels,
  byScale,
  fullProbes,
  runsText,
  settingText,
  type StudyCell,
  studyCells,
} from './studyCells';
import { scalingName } from './zerosByStep';

/** Of the logarithmic axis. */
const TICKS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

/** The scaled residual's norm over the trunk's, by block and step, a panel for each scaling. */
export const residualToTrunk: Ablation = {
  name: 'residual-to-trunk',
  experiment: 'residualScaling',
  draw({ runs, scale }) {
    const cells = byScale(studyCells(runs)).filter(hasRatios);
    if (cells.length === 0) return undefined;
    const blocks = blockLabels(cells[0]);
    const caption = [
      `L2 norm of the scaled residual over that of the trunk that it is added to, by block: ${settingText(cells)}.`,
      'Line: mean over the seeds; band: lowest to highest. The axis is logarithmic.',
      runsText(cells, 'panel', scale),
    ].join(' ');
    const range = ratioRange(cells, blocks.length);
    const figure = gridFigure(
      'residual-to-trunk',
      caption,
      {
        title: 'Residual against trunk, by block, step and residual scaling (section 3.3)',
        panels: cells.map((cell) => ratioPanel(cell, range)),
        legend: blocks.map((block) => `block ${block}`),
        ...{ columns: 2, height: 210 },
      },
      cells.flatMap((cell, panel) =>
        blocks.flatMap((block, index) => ratioLine(cell, panel, block, index)),
      ),
    );
    return { figure, finding: finding(cells, blocks) };
  },
};

function hasRatios(cell: StudyCell): boolean {
  return ratios(cell, 0).x.length > 0;
}

/** The ratio of a block, counted from 0, by step over the seeds. */
function ratios(cell: StudyCell, block: number): SeedSeries {
  return seedSeries(
    cell.records.map((record) =>
      fullProbes(record).flatMap(({ step, layers }): Point[] => {
        const ratio = layers[block].residualToTrunk;
        // A logarithmic axis has no place for 0.
        return typeof ratio === 'number' && ratio > 0 ? [[step, ratio]] : [];
      }),
    ),
  );
}

function ratioRange(cells: readonly StudyCell[], blocks: number): readonly [number, number] {
  const series = cells.flatMap((cell) =>
    Array.from({ length: blocks }, (_, block) => ratios(cell, block)),
  );
  const lowest = Math.min(...series.flatMap((one) => one.lowest));
  const highest = Math.max(...series.flatMap((one) => one.highest));
  return [Math.log10(lowest) - 0.1, Math.log10(highest) + 0.1];
}

function ratioPanel(cell: StudyCell, range: readonly [number, number]): GridPanel {
  return {
    title: capitalized(scalingName(cell.scale)),
    xaxis: { rangemode: 'tozero', title: { text: 'Training step', standoff: 8 } },
    yaxis: {
      ...{ type: 'log', range, tickvals: TICKS, ticktext: TICKS.map(String) },
      title: { text: 'Residual / trunk', standoff: 10 },
    },
  };
}

function ratioLine(cell: StudyCell, panel: number, block: string, index: number): readonly Trace[] {
  return bandedLine({
    ...{ name: `block ${block}`, series: ratios(cell, index), style: orderedStyle(index) },
    ...{ xName: 'step', format: ['.3f', ''] },
    attributes: { showlegend: panel === 0 },
  }).map((trace) => onPanel(panel, trace));
}

/** The last block's ratio at the last probe, by scale. */
function finding(cells: readonly StudyCell[], blocks: readonly string[]): string {
  const steps = cells.map((cell) => ratios(cell, 0).x.slice(-1).join());
  const parts = cells.map((cell) => {
    const last = ratios(cell, blocks.length - 1).mean.slice(-1);
    return `${last.map((ratio) => ratio.toFixed(ratio < 1 ? 3 : 1)).join()} (${scalingName(cell.scale)})`;
  });
  return `At step ${listed([...new Set(steps)])} the norm of the last block's residual is ${listed(parts)} times that of its trunk.`;
}

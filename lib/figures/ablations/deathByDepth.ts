import { count, listed, percent } from '../../report/format';
import { OUTCOME_STEPS } from '../../report/lastLayer';
import { distinct } from '../../report/summary';
import type { ProbeLine } from '../../results/record';
import { bandedLine } from '../bandedLine';
import type { Trace } from '../figure';
import { type GridPanel, onPanel } from '../grid';
import { type SeedSeries, seedSeries } from '../seedSeries';
import { type SeriesStyle, seriesStyle } from '../seriesStyles';
import { type Ablation, gridFigure } from './ablation';
import {
  blockLabels,
  fullProbes,
  hasOnlyC,
  plainGroups,
  runsText,
  settingText,
  type StudyCell,
  studyCells,
} from './studyCells';
import { scalingName } from './zerosByStep';

/** The scalings that are compared, where they were run. */
const SCALES = [1, 0.3, 0.1];

/** Dead channels by residual block, from the first to the last, at the last full probe up to the rule's last step. */
export const deathByDepth: Ablation = {
  name: 'death-by-depth',
  experiment: 'residualScaling',
  draw({ runs, scale }) {
    const panels = depthGroups(studyCells(runs));
    if (panels.length === 0) return undefined;
    const scales = SCALES.filter((s) => panels.flat().some((cell) => cell.scale === s));
    const steps = distinct(panels.flat().flatMap(probedSteps));
    const caption = [
      `Channels of a block's output that are zero over the whole batch, at step ${listed(steps)}.`,
      `${panels.map(settingText).join('; ')}. Line: mean over the seeds; band: lowest to highest.`,
      runsText(panels.flat(), 'line', scale),
    ].join(' ');
    const figure = gridFigure(
      'death-by-depth',
      caption,
      {
        title: 'Dead channels by depth (section 3.3)',
        panels: panels.map((cells) => depthPanel(cells)),
        ...{ legend: scales.map(scalingName), columns: panels.length, height: 300 },
      },
      panels.flatMap((cells, panel) =>
        cells.flatMap((cell) => depthLine(panel, cell, seriesStyle(scales.indexOf(cell.scale)))),
      ),
    );
    return { figure, finding: finding(panels[0], steps) };
  },
};

/**
 * The setting with C blocks alone that most runs share, and one with A and B blocks, too: at the same learning rate where
 * there is one, the widest. Each by scale.
 */
function depthGroups(cells: readonly StudyCell[]): readonly (readonly StudyCell[])[] {
  const compared = cells.filter((cell) => SCALES.includes(cell.scale) && probedSteps(cell).length);
  const groups = plainGroups(compared, ['network.residualScale']).filter(
    (group) => group.length > 1,
  );
  const onlyC = groups.find(([cell]) => hasOnlyC(cell));
  const rate = onlyC?.[0].rate;
  const [withAAndB] = groups
    .filter(([cell]) => !hasOnlyC(cell))
    .sort(([a], [b]) => Number(b.rate === rate) - Number(a.rate === rate) || b.filters - a.filters);
  return [onlyC, withAAndB].flatMap((group) =>
    group ? [[...group].sort((a, b) => b.scale - a.scale)] : [],
  );
}

function lastFullProbe(cell: StudyCell): readonly ProbeLine[] {
  return cell.records.flatMap((record) =>
    fullProbes(record)
      .filter(({ step }) => step <= OUTCOME_STEPS.last)
      .slice(-1),
  );
}

function probedSteps(cell: StudyCell): readonly number[] {
  return distinct(lastFullProbe(cell).map(({ step }) => step));
}

/** Dead channels in percent over the seeds by block, of which the first is 1. */
function deadByBlock(cell: StudyCell): SeedSeries {
  return seedSeries(
    lastFullProbe(cell).map(({ layers }) =>
      layers.slice(0, -1).map((layer, block) => [block + 1, 100 * layer.deadChannels] as const),
    ),
  );
}

function depthLine(panel: number, cell: StudyCell, style: SeriesStyle): readonly Trace[] {
  return bandedLine({
    ...{ name: scalingName(cell.scale), series: deadByBlock(cell), style },
    ...{ xName: 'block', format: ['.1f', ' %'] },
    attributes: { showlegend: panel === 0 },
  }).map((trace) => onPanel(panel, trace));
}

function depthPanel(cells: readonly StudyCell[]): GridPanel {
  const labels = blockLabels(cells[0]);
  return {
    title: `${hasOnlyC(cells[0]) ? 'C blocks alone' : 'With A and B blocks'}, ${count(cells[0].filters)} filters`,
    xaxis: {
      range: [0.7, labels.length + 0.3],
      tickvals: labels.map((_, index) => index + 1),
      ticktext: labels,
      title: { text: 'Residual block', standoff: 8 },
    },
    yaxis: { range: [-2, 102], title: { text: 'Dead channels (%)', standoff: 10 } },
  };
}

function finding(cells: readonly StudyCell[], steps: readonly number[]): string {
  const parts = cells.map((cell) => {
    const { mean } = deadByBlock(cell);
    return `${percent(mean[0])} to ${percent(mean[mean.length - 1])} % (${scalingName(cell.scale)})`;
  });
  return `From the first block to the last, the dead channels at step ${listed(steps)} go from ${listed(parts)}.`;
}

import { count, listed, percent } from '../../report/format';
import { DEAD_FROM, isDead, OUTCOME_STEPS, zerosAt } from '../../report/lastLayer';
import { spread } from '../../report/summary';
import type { RunRecord } from '../../results/record';
import { bandedLine } from '../bandedLine';
import { type GridPanel, onPanel } from '../grid';
import { seriesStyle } from '../seriesStyles';
import { type Ablation, gridFigure } from './ablation';
import { probeSeries, zerosOf } from './stepPanel';
import { plainGroups, runsText, settingText, type StudyCell, studyCells } from './studyCells';
import { scalingName } from './zerosByStep';

/** Runs of at least so many steps show whether death is permanent. */
const LONG = 200;

/** Steps in a window whose mean makes a point. */
const WINDOW = 10;

/** Zeros of the last layer and training loss over many more steps than a network takes to die. */
export const longHorizon: Ablation = {
  name: 'long-horizon',
  experiment: 'residualScaling',
  draw({ runs, scale }) {
    const cells = longest(studyCells(runs));
    if (cells.length === 0) return undefined;
    const lastStep = Math.min(...cells.map(({ steps }) => steps));
    const caption = [
      `Zeros in the last layer before the average pooling, and training loss: ${settingText(cells)}, ${count(lastStep)} steps.`,
      `Each point is the mean of ${WINDOW} steps; line: mean over the seeds; band: lowest to highest.`,
      runsText(cells, 'line', scale),
    ].join(' ');
    const figure = gridFigure(
      'long-horizon',
      caption,
      {
        title: 'Is death permanent? Zeros and training loss over a long run (section 3.3)',
        panels: panels(lastStep),
        legend: cells.map((cell) => scalingName(cell.scale)),
        ...{ columns: 2, height: 290 },
      },
      cells.flatMap((cell, index) => lines(cell, index, lastStep)),
    );
    return { figure, finding: finding(cells) };
  },
};

/** The scales of the setting whose runs are longest. */
function longest(cells: readonly StudyCell[]): readonly StudyCell[] {
  const long = cells.filter(({ steps }) => steps >= LONG);
  const groups = [...plainGroups(long, ['network.residualScale'])];
  const [group = []] = groups.sort((a, b) => b[0].steps - a[0].steps);
  return [...group].sort((a, b) => b.scale - a.scale);
}

function panels(lastStep: number): readonly GridPanel[] {
  const xaxis = { range: [0, lastStep * 1.02], title: { text: 'Training step', standoff: 8 } };
  return [
    {
      ...{ title: 'Zeros', xaxis },
      yaxis: { range: [0, 102], title: { text: 'Zeros in the last layer (%)', standoff: 10 } },
    },
    {
      ...{ title: 'Loss', xaxis },
      yaxis: {
        ...{ type: 'log', tickvals: [0.5, 1, 1.5, 2, 3, 5, 10, 20, 50, 100, 200] },
        title: { text: 'Training loss (logarithmic)', standoff: 10 },
      },
    },
  ];
}

function lines(cell: StudyCell, index: number, lastStep: number) {
  const window = { lastStep, width: WINDOW };
  const common = { name: scalingName(cell.scale), style: seriesStyle(index), xName: 'step' };
  const zeros = bandedLine({
    ...{ ...common, format: ['.1f', ' %'], series: probeSeries(cell.records, zerosOf, window) },
  });
  const loss = bandedLine({
    ...{ ...common, format: ['.3f', ''] },
    series: probeSeries(cell.records, (probe) => probe.loss, window),
    attributes: { showlegend: false },
  });
  return [...zeros.map((trace) => onPanel(0, trace)), ...loss.map((trace) => onPanel(1, trace))];
}

/** Zeros at the rule's steps and over the last ones of a run, by scale. */
function finding(cells: readonly StudyCell[]): string {
  const parts = cells.flatMap((cell) => {
    const early = mean(cell.records.map(zerosAt));
    const late = mean(cell.records.map(lateZeros));
    return early === undefined || late === undefined
      ? []
      : [`from ${percent(early)} to ${percent(late)} % (${scalingName(cell.scale)})`];
  });
  return parts.length === 0
    ? 'The runs are too short for the rule.'
    : `From steps ${OUTCOME_STEPS.first} to ${OUTCOME_STEPS.last} to the last ten of the run, the mean of the zeros goes ${listed(parts)}; ${revived(cells)}.`;
}

/** "of the 3 runs that were dead by the rule, 1 is below 99 % of zeros at the end". */
function revived(cells: readonly StudyCell[]): string {
  const dead = cells.flatMap(({ records }) => records).filter(isDead);
  const below = dead.filter((record) => (lateZeros(record) ?? 100) < DEAD_FROM).length;
  return `of the ${dead.length} runs that were dead by the rule, ${below} had less than ${DEAD_FROM} % of zeros at the end`;
}

function lateZeros({ probes }: RunRecord): number | undefined {
  return mean(probes.slice(-WINDOW).map(zerosOf));
}

function mean(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? spread(known).mean : undefined;
}

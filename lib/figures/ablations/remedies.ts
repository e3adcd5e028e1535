import { type Cell, cellGroups } from '../../report/cells';
import { count } from '../../report/format';
import { deadChannelsAt, deadChannelsAtEnd, OUTCOME_STEPS } from '../../report/lastLayer';
import { findRemedy, REMEDIES, type Remedy } from '../../report/remedies';
import { type Spread, spread } from '../../report/summary';
import { FINAL_STEPS, finalTrainLoss } from '../../report/trainingLoss';
import type { RunRecord } from '../../results/record';
import { type GridPanel } from '../grid';
import { type Ablation, gridFigure } from './ablation';
import { type Bar, barTraces, END_NAME, endTrace, remedyPanel } from './remedyBars';
import { runCount, runsText, type StudyCell, studyCells } from './studyCells';
import { deadText } from './zerosByStep';

/** The arms of one width and learning rate. */
interface Arms {
  readonly filters: number;
  /** Of the arm without a remedy. */
  readonly rate: number;
  readonly cells: readonly (StudyCell & { readonly remedy: Remedy })[];
}

/** In what a remedy may differ from nothing. */
const REMEDY_SETTINGS = [
  ...['warmUp', 'gradientClip', 'optimizer.learningRate'],
  ...['network.lastBatchNorm', 'network.residualScale'],
];

/** What section 3.3 tries against death: dead channels beside the training loss at the end, a row for each width. */
export const remedies: Ablation = {
  name: 'remedies',
  experiment: 'warmUp',
  draw({ runs, scale }) {
    const rows = armsOf(studyCells(runs));
    if (rows.length === 0) return undefined;
    const cells = rows.flatMap((row) => row.cells);
    const caption = [
      `Dead channels of the last layer before the average pooling, mean of steps ${OUTCOME_STEPS.first} to ${OUTCOME_STEPS.last} after the warm-up; beside it the training loss, mean of the last ${FINAL_STEPS} steps of the run.`,
      'Bar: mean over the seeds; line: lowest to highest; diamond: mean of the dead channels in the last ten steps of the run. A network may keep its channels and train badly, so look at both.',
      runsText(cells, 'bar', scale),
    ].join(' ');
    const names = REMEDIES.filter((remedy) => cells.some((cell) => cell.remedy === remedy));
    const losses = rows.flatMap((row) => barsOf(row, names, finalTrainLoss));
    const highest = Math.max(...losses.map((bar) => bar.spread.highest), 0);
    const figure = gridFigure(
      'remedies',
      caption,
      {
        title: 'Remedies against death without residual scaling (section 3.3)',
        panels: rows.flatMap((row) => rowPanels(row, names, highest)),
        ...{ legend: [END_NAME], columns: 2, height: 34 * names.length + 10, axisLeft: 132 },
      },
      rows.flatMap((row, index) => [
        ...barTraces(2 * index, barsOf(row, names, deadChannelsAt), 1, 100),
        endTrace(2 * index, barsOf(row, names, deadChannelsAtEnd)),
        ...barTraces(2 * index + 1, barsOf(row, names, finalTrainLoss), 2, highest),
      ]),
    );
    return { figure, finding: finding(rows) };
  },
};

/** The settings, narrow networks first, that have an arm without a remedy and at least one other. */
function armsOf(cells: readonly StudyCell[]): readonly Arms[] {
  return cellGroups(cells, REMEDY_SETTINGS)
    .flatMap((group): Arms[] => {
      const arms = REMEDIES.flatMap((remedy) => armOf(group, remedy));
      const [nothing] = arms;
      return arms.length > 1 && nothing.remedy === 'nothing'
        ? [{ filters: nothing.filters, rate: nothing.rate, cells: arms }]
        : [];
    })
    .sort((a, b) => a.filters - b.filters);
}

/** The cell of a remedy that most runs have; none where there is none. */
function armOf(group: readonly StudyCell[], remedy: Remedy): Arms['cells'] {
  const cells = group.filter(({ config }) => findRemedy(config) === remedy);
  return [...cells]
    .sort((a, b) => runCount([b]) - runCount([a]))
    .slice(0, 1)
    .map((cell) => ({ ...cell, remedy }));
}

function barsOf(
  { cells }: Arms,
  names: readonly Remedy[],
  valueOf: (record: RunRecord) => number | undefined,
): readonly Bar[] {
  return cells.flatMap((cell) => {
    const values = valuesOf(cell, valueOf);
    return values.length > 0
      ? [
          {
            name: cell.remedy,
            place: names.indexOf(cell.remedy),
            runs: values.length,
            spread: spread(values),
          },
        ]
      : [];
  });
}

function valuesOf(
  { records }: Cell,
  valueOf: (record: RunRecord) => number | undefined,
): readonly number[] {
  return records.map(valueOf).filter((value) => value !== undefined);
}

function rowPanels(
  { filters, rate }: Arms,
  names: readonly Remedy[],
  highestLoss: number,
): readonly GridPanel[] {
  const title = `${count(filters)} filters, rate ${rate}`;
  return [
    remedyPanel(title, names, 'Dead channels (%)', 100),
    remedyPanel(title, names, 'Training loss at the end', highestLoss),
  ];
}

/** How many runs are dead, and which arm ends with the lowest loss, by width. */
function finding(rows: readonly Arms[]): string {
  const parts = rows.map((row) => {
    const losses = row.cells.flatMap((cell): [Remedy, Spread][] => {
      const values = valuesOf(cell, finalTrainLoss);
      return values.length > 0 ? [[cell.remedy, spread(values)]] : [];
    });
    const [best] = losses.sort(([, a], [, b]) => a.mean - b.mean);
    const loss = best
      ? `; the lowest loss at the end is that of "${best[0]}", ${best[1].mean.toFixed(2)}`
      : '';
    return `${count(row.filters)} filters: ${deadText(row.cells, ({ remedy }) => remedy)}${loss}.`;
  });
  return parts.join(' ');
}

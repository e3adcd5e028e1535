import { type Cell, cellGroups, cellsOf } from '../../report/cells';
import { percent } from '../../report/format';
import { armOf, PAPER_ARM } from '../../report/optimizerArms';
import { isFinished } from '../../report/summary';
import type { EpochLine, RunRecord } from '../../results/record';
import { bandedLine } from '../bandedLine';
import { datasetTitle } from '../curves';
import type { Trace } from '../figure';
import { type GridPanel, onPanel } from '../grid';
import { type SeedSeries, seedSeries } from '../seedSeries';
import { type Ablation, gridFigure } from './ablation';
import { runCount, runsText } from './studyCells';

/** An arm and its errors by epoch over the seeds. */
interface Arm extends Cell {
  readonly name: string;
  readonly averaged: SeedSeries;
  readonly raw: SeedSeries;
}

const averagedName = 'averaged weights';
const rawName = 'raw weights';

/** Test error by epoch of every optimizer and schedule (section 4), a panel each: averaged weights solid, raw ones dotted. */
export const optimizers: Ablation = {
  name: 'optimizers',
  experiment: 'optimizers',
  draw({ runs, scale }) {
    const arms = armsOf(runs);
    if (arms.length < 2) return undefined;
    const paper = arms.find(({ name }) => name === PAPER_ARM);
    const [{ config, records }] = arms;
    const paperName = "the paper's, averaged";
    const caption = [
      `Top-1 error of ${config.network.name} on the test images of ${datasetTitle(records[0].run)}, by epoch. A panel names what differs from the paper's choice: ${PAPER_ARM}, rate 0.045, times 0.94 every two epochs.`,
      `Line: mean over the seeds; band: lowest to highest.`,
      runsText(arms, 'panel', scale),
    ].join(' ');
    const range = errorRange(arms);
    const figure = gridFigure(
      'optimizers',
      caption,
      {
        title: 'Optimizers and schedules, with averaged and with raw weights (section 4)',
        panels: arms.map((arm) => errorPanel(arm, range)),
        legend: [averagedName, rawName, ...(paper ? [paperName] : [])],
        ...{ columns: 3, height: 170, axisLeft: 54 },
      },
      arms.flatMap((arm, panel) => [
        ...(paper && panel > 0 ? [onPanel(panel, reference(paper, paperName, panel === 1))] : []),
        ...armTraces(arm, panel),
      ]),
    );
    return { figure, finding: finding(arms, paper) };
  },
};

/** The arms of the setting that most runs share apart from optimizer and schedule; the paper's first. */
function armsOf(runs: readonly RunRecord[]): readonly Arm[] {
  const cells = cellsOf(runs.filter(isFinished));
  const groups = [...cellGroups(cells, ['optimizer', 'schedule'])];
  const [group = []] = groups.sort((a, b) => runCount(b) - runCount(a));
  const arms = group.map((cell): Arm => ({
    ...cell,
    name: armOf(cell.config),
    averaged: errors(cell, ({ top1Error }) => top1Error),
    raw: errors(cell, ({ rawTop1Error }) => rawTop1Error),
  }));
  const place = ({ name }: Arm) => (name === PAPER_ARM ? '' : name);
  return arms.sort((a, b) => place(a).localeCompare(place(b)));
}

function errors({ records }: Cell, errorOf: (line: EpochLine) => number): SeedSeries {
  return seedSeries(
    records.map(({ epochs }) => epochs.map((line) => [line.epoch, errorOf(line)] as const)),
  );
}

function errorRange(arms: readonly Arm[]): readonly [number, number] {
  const series = arms.flatMap(({ averaged, raw }) => [averaged, raw]);
  const lowest = Math.min(...series.flatMap((one) => one.lowest));
  const highest = Math.max(...series.flatMap((one) => one.highest));
  return [Math.max(0, lowest - 3), Math.min(100, highest + 3)];
}

function errorPanel({ name, config }: Arm, range: readonly [number, number]): GridPanel {
  return {
    // The panel is too narrow for the whole name.
    title: name === PAPER_ARM ? `${name} (the paper's)` : name.replace('rmsprop, ', ''),
    xaxis: {
      range: [0, config.epochs * 1.04],
      ...(config.epochs <= 10 ? { dtick: 2 } : {}),
      title: { text: 'Epoch', standoff: 6 },
    },
    yaxis: { range, title: { text: 'Error (top-1) %', standoff: 6 } },
  };
}

function armTraces({ averaged, raw }: Arm, panel: number): readonly Trace[] {
  const line = (name: string, series: SeedSeries, color: string, dash: 'solid' | 'dot') =>
    bandedLine({
      ...{ name, series, xName: 'epoch', format: ['.2f', ' %'] },
      style: { color, dash, symbol: dash === 'dot' ? 'circle-open' : 'circle' },
      attributes: { showlegend: panel === 0 },
    }).map((trace) => onPanel(panel, trace));
  return [
    ...line(averagedName, averaged, '#0072b2', 'solid'),
    ...line(rawName, raw, '#d55e00', 'dot'),
  ];
}

/** The paper's arm in the panel of another. */
function reference({ averaged }: Arm, name: string, showlegend: boolean): Trace {
  return {
    ...{ type: 'scatter', mode: 'lines', name, x: averaged.x, y: averaged.mean },
    ...{ line: { color: '#888888', width: 1.5, dash: 'dash' }, hoverinfo: 'skip', showlegend },
  };
}

/** The arm that ends lowest beside the paper's, and which weights end lower in how many arms. */
function finding(arms: readonly Arm[], paper: Arm | undefined): string {
  const last = ({ mean }: SeedSeries): number => mean[mean.length - 1];
  const [best] = [...arms].sort((a, b) => last(a.averaged) - last(b.averaged));
  const better = arms.filter(({ averaged, raw }) => last(averaged) < last(raw)).length;
  const beside =
    paper && paper !== best
      ? `, against ${percent(last(paper.averaged))} % with the paper's (${paper.name})`
      : '';
  return (
    `The lowest error at the end is that of ${best.name}, ${percent(last(best.averaged))} %${beside}; ` +
    `the averaged weights end lower than the raw ones in ${better} of ${arms.length} arms.`
  );
}

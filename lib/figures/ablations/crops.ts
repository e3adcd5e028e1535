import { wilsonInterval } from '../../evaluation/wilson';
import type { CropCount } from '../../images/crops';
import {
  ERROR_TABLES,
  rowEvaluations,
  type TableEvaluation,
  tableEvaluations,
} from '../../report/errorTables';
import { capitalized, count, listed, percent } from '../../report/format';
import { distinct, spread } from '../../report/summary';
import { TRAINED_SIZES, type TrainedSizes, trainedSizes } from '../../report/trainedSizes';
import { figureContent, type Paper, type PaperNetwork, readPaper } from '../../results/paper';
import { datasetTitle } from '../curves';
import type { Trace } from '../figure';
import { type GridPanel, onPanel } from '../grid';
import { lineStyle } from '../networkStyles';
import { type Ablation, gridFigure } from './ablation';

/** The numbers of crops of Tables 2, 3 and 4. */
const CROPS = [1, 12, 144] as const;

/** The figure of the paper whose styles the four networks have here. */
const STYLES = 26;

/** The top-1 error of a network with a number of crops, in percent. */
interface Error {
  readonly crops: CropCount;
  readonly error: number;
  readonly interval: readonly [number, number];
  readonly trainings: number;
}

/** Networks that were trained alike, each with its errors. */
interface Group {
  readonly sizes: TrainedSizes;
  readonly networks: readonly {
    readonly network: PaperNetwork;
    readonly errors: readonly Error[];
  }[];
  /** The evaluations behind them. */
  readonly used: readonly TableEvaluation[];
}

/**
 * Top-1 error by the number of crops for each network, with intervals, in a panel for each way of training; beside them the
 * paper's Tables 2 to 4.
 */
export const crops: Ablation = {
  name: 'crops',
  experiment: 'crops',
  draw({ evaluations, scale }) {
    const paper = readPaper();
    const { networks: all } = figureContent(paper, STYLES);
    const groups = (['all', 'one', 'unknown'] as const).flatMap((sizes) => {
      const group = groupOf(sizes, evaluations, all);
      return group.networks.length > 0 ? [group] : [];
    });
    if (groups.length === 0) return undefined;
    const range = errorRange(groups);
    const firstPanel = (network: PaperNetwork): number =>
      groups.findIndex((group) => group.networks.some((one) => one.network === network));
    const networks = all.filter((network) => firstPanel(network) !== -1);
    const figure = gridFigure(
      'crops',
      captionOf(groups, scale),
      {
        title: 'Top-1 error by the number of crops (Tables 2, 3 and 4)',
        panels: [
          ...groups.map(({ sizes }) => cropsPanel(capitalized(TRAINED_SIZES[sizes]), range)),
          cropsPanel('The paper: ImageNet'),
        ],
        legend: networks,
        ...{ columns: groups.length + 1, height: 300 },
      },
      [
        ...groups.flatMap((group, panel) =>
          group.networks.map(({ network, errors }, index) =>
            onPanel(panel, {
              ...hereTrace(network, errors, index, group.networks.length),
              showlegend: panel === firstPanel(network),
            }),
          ),
        ),
        ...networks.map((network) => onPanel(groups.length, paperTrace(network, paper))),
      ],
    );
    return { figure, finding: groups.map((group) => finding(group, paper)).join(' ') };
  },
};

function groupOf(
  sizes: TrainedSizes,
  evaluations: readonly TableEvaluation[],
  all: readonly PaperNetwork[],
): Group {
  const alike = evaluations.filter((one) => trainedSizes(one) === sizes);
  const networks = all.flatMap((network) => {
    const errors = errorsHere(network, alike);
    return errors.length > 1 ? [{ network, errors }] : [];
  });
  const used = CROPS.flatMap((_, index) => tableEvaluations(ERROR_TABLES[index], alike));
  return { sizes, networks, used };
}

function captionOf(groups: readonly Group[], scale: string): string {
  const used = groups.flatMap((group) => group.used);
  const errors = groups.flatMap(({ networks }) => networks.flatMap((one) => one.errors));
  const trainings = distinct(errors.map((one) => one.trainings)).sort((a, b) => a - b);
  return [
    `Top-1 error on ${count(used[0].metrics.images)} test images of ${datasetTitle(used[0])}, mean over ${listed(trainings)} trainings of each network; bar: 95 % interval (Wilson) over images.`,
    `On the right the paper's Tables 2 to 4, ImageNet. Different tasks: compare the order and the direction. ${count(used.length)} evaluations (${scale} scale).`,
  ].join(' ');
}

/** From a little below the lowest interval to a little above the highest, for all panels of this machine. */
function errorRange(groups: readonly Group[]): readonly [number, number] {
  const errors = groups.flatMap(({ networks }) => networks.flatMap((one) => one.errors));
  const ends = errors.flatMap(({ interval }) => interval);
  return [Math.max(0, Math.min(...ends) - 2), Math.max(...ends) + 2];
}

function errorsHere(
  network: PaperNetwork,
  evaluations: readonly TableEvaluation[],
): readonly Error[] {
  return CROPS.flatMap((number, index): Error[] => {
    const row = rowEvaluations(network, tableEvaluations(ERROR_TABLES[index], evaluations));
    if (row.length === 0) return [];
    const { images } = row[0].metrics;
    const misses = spread(row.map(({ metrics }) => metrics.top1.misses)).mean;
    const [low, high] = wilsonInterval(misses, images);
    return [
      {
        ...{ crops: number, error: (100 * misses) / images, trainings: row.length },
        interval: [100 * low, 100 * high],
      },
    ];
  });
}

function paperError(paper: Paper, network: PaperNetwork, number: CropCount): number | undefined {
  const { rows } = number === 1 ? paper.table2 : number === 12 ? paper.table3 : paper.table4;
  return rows.find((row) => row.network === network)?.top1;
}

/** A panel of this machine where a range of errors is given, else the paper's. */
function cropsPanel(title: string, range?: readonly [number, number]): GridPanel {
  return {
    ...{ title, isPaper: range === undefined },
    xaxis: {
      ...{ range: [-0.4, 2.4], tickvals: [0, 1, 2], ticktext: CROPS.map(String) },
      title: { text: 'Crops of each image', standoff: 8 },
    },
    yaxis: { title: { text: 'Error (top-1) %', standoff: 10 }, ...(range && { range }) },
  };
}

/** The networks stand a little beside one another, so that their intervals can be told apart. */
function hereTrace(
  network: PaperNetwork,
  errors: readonly Error[],
  index: number,
  networks: number,
): Trace {
  const { color, dash, symbol } = lineStyle(STYLES, network);
  const shift = (index - (networks - 1) / 2) * 0.07;
  return {
    ...{ type: 'scatter', mode: 'lines+markers', name: network },
    x: errors.map((one) => CROPS.indexOf(one.crops) + shift),
    y: errors.map(({ error }) => error),
    error_y: {
      ...{ type: 'data', symmetric: false, thickness: 1.3, width: 4, color },
      array: errors.map(({ error, interval }) => interval[1] - error),
      arrayminus: errors.map(({ error, interval }) => error - interval[0]),
    },
    ...{ line: { color, dash, width: 2 }, marker: { color, symbol, size: 8 } },
    hovertext: errors.map(
      (one) =>
        `${network}, ${one.crops} crops: ${percent(one.error)} % [${one.interval.map(percent).join(', ')}], trainings: ${one.trainings}`,
    ),
    hovertemplate: '%{hovertext}<extra></extra>',
  };
}

function paperTrace(network: PaperNetwork, paper: Paper): Trace {
  const { color, paperDash, symbol } = lineStyle(STYLES, network);
  const points = CROPS.flatMap((number, index): [number, number][] => {
    const error = paperError(paper, network, number);
    return error === undefined ? [] : [[index, error]];
  });
  return {
    ...{ type: 'scatter', mode: 'lines+markers', name: `${network}, the paper on ImageNet` },
    ...{ x: points.map(([x]) => x), y: points.map(([, y]) => y), showlegend: false },
    line: { color, dash: paperDash, width: 1.8 },
    marker: { color, symbol: `${symbol}-open`, size: 8 },
    text: points.map(([x]) => `${CROPS[x]} crops`),
    hovertemplate: '%{fullData.name}, %{text}: %{y:.1f} %<extra></extra>',
  };
}

/** The change from the fewest to the most crops, here and in the paper. */
function finding({ sizes, networks }: Group, paper: Paper): string {
  const signed = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
  const parts = networks.map(({ network, errors }) => {
    const [first, last] = [errors[0], errors[errors.length - 1]];
    const inPaper = [first, last].map((one) => paperError(paper, network, one.crops) ?? NaN);
    return `${signed(last.error - first.error)} points for ${network} (the paper: ${signed(inPaper[1] - inPaper[0])})`;
  });
  const [{ errors }] = networks;
  return (
    `Of networks ${TRAINED_SIZES[sizes]}, the top-1 error changes from ${errors[0].crops} to ` +
    `${errors[errors.length - 1].crops} crops by ${listed(parts)}.`
  );
}

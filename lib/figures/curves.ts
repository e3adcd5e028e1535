import type { ErrorFigure, Metric, PaperCurve, PaperNetwork } from '../results/paper';
import { figureContent, readPaper } from '../results/paper';
import type { RunLine, RunRecord } from '../results/record';
import { bandedLine } from './bandedLine';
import { comparableRuns } from './comparableRuns';
import type { Figure, Trace } from './figure';
import { lineStyle } from './networkStyles';
import type { Panel } from './panelParts';
import { besideLayout, stackedLayout } from './panels';
import type { SeedCurve } from './seedCurve';
import { seedCurve } from './seedCurve';

const metricTitles: Readonly<Record<Metric, string>> = { top1: 'top-1', top5: 'top-5' };
const datasetTitles: Readonly<Record<string, string>> = { cifar10: 'CIFAR-10' };

/** What is drawn of one network: its curve over the seeds here, and the paper's. */
interface Pair {
  readonly network: PaperNetwork;
  readonly here: SeedCurve;
  readonly paper: PaperCurve;
}

/**
 * Figs. 21-26 (arXiv v2): error by epoch of the networks that the figure compares, in percent; measured here on the moving
 * averages (left, mean and range over seeds) and by the paper on ImageNet (right). Only finished runs are drawn; `where`
 * chooses among the records. Throws a LabError when a network has no finished run or runs of unequal settings are left.
 */
export function errorCurveFigure(
  figure: ErrorFigure,
  records: readonly RunRecord[],
  where: (run: RunLine) => boolean = () => true,
): Figure {
  const paper = readPaper();
  const { networks, metric } = figureContent(paper, figure);
  const runs = comparableRuns(`Figure ${figure}`, networks, records, where);
  const pairs = networks.map((network): Pair => {
    const own = runs.finished.filter(({ run }) => run.config.network.name === network);
    return { network, here: seedCurve(own, metric), paper: paper.curves[network][metric] };
  });
  const dataset = datasetTitle(runs.finished[0].run);
  const texts = {
    title: figureTitle(figure, metric, networks, dataset),
    xTitle: 'Epoch',
    yTitle: `Error (${metricTitles[metric]}) %`,
  };
  const panels: [Panel, Panel] = [
    herePanel(pairs, dataset, runs.unfinished),
    paperPanel(figure, networks.length, paper.axes[figure]),
  ];
  return {
    name: `figure-${figure}`,
    title: texts.title,
    caption: panels.map(({ title, subtitle }) => `${title}. ${subtitle}`).join(' '),
    data: [
      ...pairs.flatMap((pair) => hereTraces(figure, pair)),
      ...pairs.map((pair) => paperTrace(figure, pair)),
    ],
    layout: besideLayout(panels, texts),
    narrowLayout: stackedLayout(panels, texts),
  };
}

/** A data set as the literature spells it. */
export function datasetTitle({ data }: { readonly data: { readonly name: string } }): string {
  return datasetTitles[data.name] ?? data.name;
}

function figureTitle(
  figure: ErrorFigure,
  metric: Metric,
  networks: readonly PaperNetwork[],
  dataset: string,
): string {
  const compared = `${networks.slice(0, -1).join(', ')} and ${networks[networks.length - 1]}`;
  const error = metric === 'top1' ? 'Top-1' : 'Top-5';
  return `Figure ${figure}. ${error} error by epoch of ${compared}: ${dataset} on this machine, ImageNet in the paper`;
}

function herePanel(pairs: readonly Pair[], dataset: string, unfinished: number): Panel {
  const runs = pairs.map(({ here }) => here.runs);
  const [fewest, most] = [Math.min(...runs), Math.max(...runs)];
  const seeds = `${fewest === most ? most : `${fewest} to ${most}`} ${most === 1 ? 'seed' : 'seeds'}`;
  return {
    title: `This machine: ${dataset}, ${seeds}`,
    subtitle: [
      'Test images, moving averages of the parameters.',
      most > 1
        ? 'Line: mean over the seeds; band: lowest to highest seed.'
        : 'One run per network.',
      unfinished > 0 ? `Not drawn: runs that did not finish (${unfinished}).` : '',
    ]
      .join(' ')
      .trim(),
    xRange: [0, lastEpoch(pairs) * 1.04],
    yRange: errorRange(pairs),
    xStep: [1, 2, 5, 10, 20, 50].find((step) => lastEpoch(pairs) / step <= 8) ?? 100,
    legendRows: pairs.length,
    background: '#ffffff',
  };
}

function paperPanel(
  figure: ErrorFigure,
  legendRows: number,
  axes: { x: [number, number]; y: [number, number] },
): Panel {
  return {
    title: 'The paper: ImageNet (ILSVRC-2012)',
    subtitle: `Single crop, non-blacklisted validation images. Read off Figure ${figure} of arXiv:1602.07261v2, with its axes.`,
    xRange: axes.x,
    yRange: axes.y,
    xStep: 20,
    legendRows,
    background: '#efeeea',
  };
}

function lastEpoch(pairs: readonly Pair[]): number {
  return Math.max(...pairs.flatMap(({ here }) => here.epoch));
}

/** All errors of this machine with some air, within 0 to 100 %. */
function errorRange(pairs: readonly Pair[]): [number, number] {
  const low = Math.min(...pairs.flatMap(({ here }) => here.lowest));
  const high = Math.max(...pairs.flatMap(({ here }) => here.highest));
  const air = Math.max(1, 0.06 * (high - low));
  return [Math.max(0, low - air), Math.min(100, high + air)];
}

/** The mean as a line, over a band from the lowest to the highest seed when there are several. */
function hereTraces(figure: ErrorFigure, { network, here }: Pair): Trace[] {
  return bandedLine({
    name: network,
    series: { x: here.epoch, ...here },
    style: lineStyle(figure, network),
    xName: 'epoch',
    format: ['.2f', ' %'],
  });
}

function paperTrace(figure: ErrorFigure, { network, paper }: Pair): Trace {
  const { color, paperDash, symbol } = lineStyle(figure, network);
  return {
    type: 'scatter',
    mode: 'lines+markers',
    name: `${network}, the paper on ImageNet`,
    x: paper.epoch,
    y: paper.errorPercent,
    xaxis: 'x2',
    yaxis: 'y2',
    legend: 'legend2',
    opacity: 0.7,
    line: { color, dash: paperDash, width: 1.8 },
    marker: { color, symbol: `${symbol}-open`, size: 6, maxdisplayed: 12 },
    hovertemplate: '%{fullData.name}, epoch %{x}: %{y:.2f} %<extra></extra>',
  };
}

import { blockCosts } from '../../models/cost';
import {
  buildNetwork,
  NETWORK_NAMES,
  type NetworkConfig,
  networkConfig,
} from '../../models/networks';
import type { Figure, JsonObject, Layout, Trace } from '../figure';
import { lineStyle } from '../networkStyles';
import { fontFamily } from '../textWidth';
import { NETWORK_TITLES } from './networkTitle';
import { blockFamily } from './overviewDiagram';

/** The groups of bars, from the image to the logits, and the blocks that each of them counts. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  Stem: ['input', 'stem', 'mixed'],
  'A, 35x35': ['inceptionA', 'inceptionResNetA'],
  'Reduction-A': ['reductionA'],
  'B, 17x17': ['inceptionB', 'inceptionResNetB'],
  'Reduction-B': ['reductionB'],
  'C, 8x8': ['inceptionC', 'inceptionResNetC'],
  Head: ['expansion', 'auxiliaryHead', 'head'],
};

/** None or a hatching for each network, so that no bar is told apart by colour alone. */
const PATTERNS: readonly JsonObject[] = [
  {},
  ...['/', '.', 'x'].map((shape) => ({ shape, fillmode: 'replace', size: 5 })),
];

/** Left for axis titles, above for title and legend, below for the names of the parts, in pixels. */
const MARGIN = { l: 70, r: 16, t: 76, b: 40 };

interface Panel {
  readonly measure: 'multiplyAdds' | 'trainableParameters';
  readonly unit: number;
  readonly unitName: string;
  readonly axis: '' | '2';
}

const PANELS: readonly Panel[] = [
  { measure: 'multiplyAdds', unit: 1e9, unitName: 'Multiply-adds (billion)', axis: '' },
  { measure: 'trainableParameters', unit: 1e6, unitName: 'Parameters (million)', axis: '2' },
];

/**
 * What the parts of networks cost, side by side: multiply-adds for one image (above) and trainable parameters (below),
 * of the networks as published unless others are given.
 */
export function costFigure(
  configs: readonly NetworkConfig[] = NETWORK_NAMES.map((name) => networkConfig(name)),
): Figure {
  const title = 'What the networks cost, block by block';
  const data = PANELS.flatMap((panel) =>
    configs.map((config, index) => costBars(config, index, panel)),
  );
  const names = configs.map(({ name, form }) => `${NETWORK_TITLES[name]} (${form})`);
  return {
    name: 'cost-by-block',
    title,
    caption:
      `Multiply-adds of one image and trainable parameters of ${names.join(', ')}, ` +
      'summed over the blocks of each grid, the reductions between them, stem and head.',
    data,
    layout: costLayout(title),
  };
}

function costBars(config: NetworkConfig, index: number, panel: Panel): Trace {
  const { measure, unit, axis } = panel;
  const costs = blockCosts(buildNetwork(config));
  const total = (blocks: readonly string[]): number =>
    costs
      .filter(({ block }) => blocks.includes(blockFamily(block)))
      .reduce((sum, cost) => sum + cost[measure], 0);
  const { color } = lineStyle(25, config.name);
  return {
    type: 'bar',
    name: NETWORK_TITLES[config.name],
    x: Object.keys(PARTS),
    y: Object.values(PARTS).map((blocks) => total(blocks) / unit),
    xaxis: `x${axis}`,
    yaxis: `y${axis}`,
    offsetgroup: String(index),
    showlegend: axis === '',
    marker: {
      color,
      line: { color, width: 1 },
      pattern: PATTERNS[index % PATTERNS.length],
    },
    hovertemplate: '%{fullData.name}, %{x}: %{y:.3f}<extra></extra>',
  };
}

function costLayout(title: string): Layout {
  const [above, below] = PANELS.map(({ unitName }) => unitName);
  return {
    width: 800,
    height: 550,
    margin: { ...MARGIN, autoexpand: false },
    font: { family: fontFamily, size: 12.5, color: '#222222' },
    paper_bgcolor: '#ffffff',
    plot_bgcolor: '#ffffff',
    barmode: 'group',
    bargap: 0.25,
    showlegend: true,
    // Entries as wide as a font needs that is wider than Arial; what is longer would be cut off.
    legend: { ...legend, entrywidth: 128, font: { size: 12 } },
    annotations: [titleAnnotation(title)],
    xaxis: { ...frame, domain: [0, 1], anchor: 'y' },
    yaxis: { ...frame, ...grid, domain: [0.56, 1], title: { text: above, standoff: 10 } },
    xaxis2: { ...frame, domain: [0, 1], anchor: 'y2' },
    yaxis2: { ...frame, ...grid, domain: [0, 0.44], title: { text: below, standoff: 10 } },
  };
}

const legend = { orientation: 'h', x: 0, xanchor: 'left', y: 1.01, yanchor: 'bottom' };
const frame: JsonObject = { showline: true, mirror: true, linecolor: '#444444' };
const grid: JsonObject = { gridcolor: '#dddddd', zeroline: false, ticks: 'outside' };

function titleAnnotation(title: string): JsonObject {
  return {
    text: `<b>${title}</b>`,
    font: { size: 15 },
    x: 0,
    y: 1,
    yshift: 38,
    xref: 'paper',
    yref: 'paper',
    xanchor: 'left',
    yanchor: 'bottom',
    showarrow: false,
  };
}

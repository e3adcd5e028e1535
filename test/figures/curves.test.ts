import { describe, expect, test } from 'vitest';

import { LabError } from '../../lib/errors';
import { errorCurveFigure } from '../../lib/figures/curves';
import type { Figure } from '../../lib/figures/figure';
import { plotlyWindow } from '../../lib/figures/plotlyWindow';
import { errorFigures, paperNetworks, readPaper } from '../../lib/results/paper';
import { syntheticRun } from './syntheticRecords';

const pair = [
  syntheticRun({ network: 'inception-v3', seed: 0, top1: [80, 60], top5: [30, 20] }),
  syntheticRun({ network: 'inception-v3', seed: 1, top1: [86, 66], top5: [34, 26] }),
  syntheticRun({ network: 'inception-v3', seed: 2, top1: [80, 57], top5: [32, 20] }),
  syntheticRun({ network: 'inception-resnet-v1', seed: 0, top1: [75, 50], top5: [25, 15] }),
  syntheticRun({ network: 'inception-resnet-v1', seed: 1, top1: [77, 54], top5: [27, 17] }),
  syntheticRun({ network: 'inception-resnet-v1', seed: 2, top1: [76, 52], top5: [26, 16] }),
];

const legend = (figure: Figure) =>
  figure.data.filter(({ showlegend }) => showlegend !== false).map(({ name }) => name);
const trace = (figure: Figure, name: string) => {
  const found = figure.data.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no trace ${name}`);
  return found;
};
const texts = ({ layout }: Figure) => JSON.stringify(layout.annotations);

describe('the left panel', () => {
  test('draws the mean over the seeds, with a band from the lowest to the highest', () => {
    const figure = errorCurveFigure(21, pair);
    expect(trace(figure, 'inception-v3')).toMatchObject({ x: [1, 2], y: [82, 61] });
    expect(trace(figure, 'inception-resnet-v1')).toMatchObject({ x: [1, 2], y: [76, 52] });
    expect(trace(figure, 'inception-v3, lowest to highest seed')).toMatchObject({
      fill: 'toself',
      x: [1, 2, 2, 1],
      y: [86, 66, 57, 80],
    });
    expect(trace(errorCurveFigure(22, pair), 'inception-v3').y).toEqual([32, 22]);
  });

  test('says that it is CIFAR-10, and of how many seeds', () => {
    expect(texts(errorCurveFigure(21, pair))).toContain('This machine: CIFAR-10, 3 seeds');
  });

  test('has no band for a single seed', () => {
    const figure = errorCurveFigure(21, pair, ({ config }) => config.seed === 1);
    expect(figure.data.map(({ fill }) => fill)).toEqual(Array(4).fill(undefined));
    expect(texts(figure)).toContain('CIFAR-10, 1 seed<');
    expect(trace(figure, 'inception-v3').y).toEqual([86, 66]);
  });

  test('leaves out runs that did not finish, and says so', () => {
    const died = syntheticRun({ network: 'inception-v3', seed: 3, top1: [90, 90], status: 'died' });
    const figure = errorCurveFigure(21, [...pair, died]);
    expect(trace(figure, 'inception-v3').y).toEqual([82, 61]);
    expect(figure.caption).toContain('did not finish (1)');
    expect(errorCurveFigure(21, pair).caption).not.toContain('did not finish');
  });
});

describe('the right panel', () => {
  test('shows the digitised curves on the axes of the paper, never solid, named as ImageNet', () => {
    const figure = errorCurveFigure(21, pair);
    const curve = trace(figure, 'inception-v3, the paper on ImageNet');
    expect(curve.y).toEqual(readPaper().curves['inception-v3'].top1.errorPercent);
    expect(curve).toMatchObject({ xaxis: 'x2', yaxis: 'y2', legend: 'legend2' });
    expect(figure.layout.xaxis2).toMatchObject({ range: [20, 200] });
    expect(figure.layout.yaxis2).toMatchObject({ range: [15, 30] });
    expect(texts(figure)).toContain('The paper: ImageNet (ILSVRC-2012)');
    for (const { xaxis, line } of figure.data) {
      if (xaxis === 'x2') expect((line as { dash: string }).dash).not.toBe('solid');
    }
  });
});

describe('the form of the paper', () => {
  const all = paperNetworks.map((network, index) =>
    syntheticRun({ network, top1: [80 + index, 60] }),
  );

  test('axes are named as in the paper', () => {
    for (const axis of ['', '2']) {
      const { layout } = errorCurveFigure(22, pair);
      expect(layout[`xaxis${axis}`]).toMatchObject({ title: { text: 'Epoch' } });
      expect(layout[`yaxis${axis}`]).toMatchObject({ title: { text: 'Error (top-5) %' } });
    }
  });

  test('a pair is green and dashed against red; legends in the order of the paper', () => {
    const figure = errorCurveFigure(23, all);
    expect(legend(figure)).toEqual([
      'inception-v4',
      'inception-resnet-v2',
      'inception-v4, the paper on ImageNet',
      'inception-resnet-v2, the paper on ImageNet',
    ]);
    expect(trace(figure, 'inception-v4').line).toMatchObject({ color: '#1a7f37', dash: 'dash' });
    expect(trace(figure, 'inception-resnet-v2').line).toMatchObject({ dash: 'solid' });
  });

  test('all four differ in colour and marker, Inception-ResNet-v1 black and dotted', () => {
    const figure = errorCurveFigure(25, all);
    expect(legend(figure).slice(0, 4)).toEqual([
      'inception-v4',
      'inception-resnet-v2',
      'inception-v3',
      'inception-resnet-v1',
    ]);
    expect(trace(figure, 'inception-resnet-v1').line).toMatchObject({ dash: 'dot' });
    const markers = figure.data.slice(0, 4).map(({ marker }) => marker as { symbol: string });
    expect(new Set(markers.map(({ symbol }) => symbol)).size).toBe(4);
  });

  test.each(errorFigures)('Plotly knows every attribute of figure %i', async (number) => {
    const { plotly } = await plotlyWindow();
    const figure = errorCurveFigure(number, all);
    expect(figure.title).toMatch(new RegExp(`^Figure ${number}\\. Top-[15] error`));
    expect(plotly.validate(figure.data, figure.layout)).toBeUndefined();
    expect(plotly.validate(figure.data, figure.narrowLayout ?? {})).toBeUndefined();
  });
});

describe('bad records', () => {
  test('a network without finished runs: says which, and the command', () => {
    const only = pair.filter(({ run }) => run.config.network.name === 'inception-v3');
    expect(() => errorCurveFigure(21, only)).toThrow(LabError);
    expect(() => errorCurveFigure(21, only)).toThrow(
      /no finished run of inception-resnet-v1 .*npm run lab -- run convergence --scale quick/s,
    );
  });

  test('runs of unequal settings are not averaged unless the caller chooses', () => {
    const other = syntheticRun({
      network: 'inception-v3',
      seed: 3,
      top1: [70, 40],
      trainImages: 50_000,
    });
    const mixed = [...pair, other];
    expect(() => errorCurveFigure(21, mixed)).toThrow(LabError);
    expect(() => errorCurveFigure(21, mixed)).toThrow('data.trainImages (5000, 50000)');
    const figure = errorCurveFigure(21, mixed, ({ config }) => config.data.trainImages === 5000);
    expect(trace(figure, 'inception-v3').y).toEqual([82, 61]);
  });
});

import sharp from 'sharp';
import { describe, expect, test } from 'vitest';

import { compactSvg } from '../../lib/figures/compactSvg';
import type { JsonObject } from '../../lib/figures/figure';
import { lineFigure } from '../../lib/figures/lines';
import { interactiveLayout, withEpochSlider, withSeriesSlider } from '../../lib/figures/motion';
import { plotlyWindow } from '../../lib/figures/plotlyWindow';
import { renderSvg } from '../../lib/figures/render';
import { recordedFigure } from '../../lib/recorded/figures';

const figure21 = recordedFigure(21, 'standard');
const texts = { title: 'Loss', xTitle: 'Step', yTitle: 'Loss' };
const lines = ['a', 'b'].map((name, index) => ({ name, x: [1, 2, 3], y: [3 + index, 2, 1] }));
const figure = lineFigure('loss', texts, lines);

const stepsOf = (controls: JsonObject) =>
  (
    controls.sliders as unknown as { active: number; steps: { label: string; args: unknown[] }[] }[]
  )[0];

describe('a slider over epochs', () => {
  const { motion } = withEpochSlider(figure21);

  test('shows the lines of this machine up to its epoch, and all in the end', () => {
    const epochs = [
      ...new Set(figure21.data.flatMap(({ x, xaxis }) => (xaxis ? [] : (x as number[])))),
    ];
    expect(motion?.frames.map(({ name }) => Number(name))).toEqual(epochs.sort((a, b) => a - b));
    const here = figure21.data.flatMap(({ xaxis }, index) => (xaxis ? [] : [index]));
    for (const { name, traces, data } of motion?.frames ?? []) {
      expect(traces).toEqual(here);
      expect(Math.max(...data.flatMap(({ x }) => x as number[]))).toBe(Number(name));
    }
    const last = motion?.frames.at(-1)?.data;
    expect(last).toEqual(
      here.map((index) => ({ x: figure21.data[index].x, y: figure21.data[index].y })),
    );
    expect(stepsOf(motion?.controls ?? {}).active).toBe(epochs.length - 1);
  });

  test('stands below the figure, which keeps its place, in attributes that Plotly knows', async () => {
    const layout = interactiveLayout(figure21.layout, motion);
    const [before, after] = [figure21.layout, layout].map(({ height, margin }) => [
      height - Number((margin as JsonObject).b),
      Number((margin as JsonObject).t),
    ]);
    expect(after).toEqual(before);
    const { plotly } = await plotlyWindow();
    // It compares objects in `args` by identity, and so finds every one of them changed.
    const found = plotly.validate([...figure21.data], layout) ?? [];
    expect(found.filter(({ msg }) => !/args/.test(msg))).toEqual([]);
  });

  test('does not change the picture', async () => {
    expect(await renderSvg(withEpochSlider(figure21))).toBe(await renderSvg(figure21));
  });

  test('has at most 25 steps, the last epoch among them', () => {
    const x = Array.from({ length: 60 }, (_, index) => index + 1);
    const { motion: long } = withEpochSlider(lineFigure('l', texts, [{ name: 'a', x, y: x }]));
    expect(long?.frames.length).toBeLessThanOrEqual(25);
    expect(long?.frames.at(-1)?.name).toBe('60');
  });

  test('needs lines over epochs', () => {
    const point = lineFigure('p', texts, [{ name: 'a', x: [1], y: [1] }]);
    expect(() => withEpochSlider(point)).toThrow(/figure "p" has no lines over epochs/);
  });
});

test('a slider over series shows one at a time with its band, and all in the end', () => {
  const band = {
    ...figure.data[0],
    name: 'a, lowest to highest seed',
    showlegend: false,
    opacity: 0.25,
  };
  const { motion } = withSeriesSlider({ ...figure, data: [band, ...figure.data] }, 'Scale: ');
  const { steps, active } = stepsOf(motion?.controls ?? {});
  expect(steps.map(({ label, args }) => [label, args])).toEqual([
    ['a', [{ opacity: [0.25, 1, 0.06] }]],
    ['b', [{ opacity: [0.06, 0.06, 1] }]],
    ['all', [{ opacity: [0.25, 1, 1] }]],
  ]);
  expect(active).toBe(2);
  const one = { ...figure, data: figure.data.slice(1) };
  expect(() => withSeriesSlider(one)).toThrow(/has 1 series/);
});

test('a compact picture is half as long, says the same and looks the same', async () => {
  const svg = await renderSvg(figure21);
  const compact = await compactSvg(svg);
  expect(compact.length).toBeLessThan(0.5 * svg.length);
  const textOf = (document: string) =>
    document
      .replace(/<style>.*?<\/style>/, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ');
  expect(textOf(compact)).toBe(textOf(svg));
  const [pixels, compactPixels] = await Promise.all([svg, compact].map(pixelsOf));
  expect(compactPixels.length).toBe(pixels.length);
  const apart = pixels.map((value, index) => Math.abs(value - compactPixels[index]));
  // Half a level of 256 on the mean: edges are drawn a twentieth of a pixel elsewhere.
  expect(apart.reduce((sum, one) => sum + one) / apart.length).toBeLessThan(0.5);
});

/** The picture as a renderer other than a browser's draws it, bytes of red, green and blue. */
async function pixelsOf(svg: string): Promise<number[]> {
  return [...(await sharp(Buffer.from(svg)).flatten({ background: '#fff' }).raw().toBuffer())];
}

import { JSDOM } from 'jsdom';
import { describe, expect, test } from 'vitest';

import { errorCurveFigure } from '../../lib/figures/curves';
import { lineFigure } from '../../lib/figures/lines';
import { renderHtml } from '../../lib/figures/page';
import { renderSvg } from '../../lib/figures/render';
import { textWidth, wrapText } from '../../lib/figures/textWidth';
import { syntheticRun } from './syntheticRecords';

const records = (['inception-v3', 'inception-resnet-v1'] as const).flatMap((network) =>
  [0, 1].map((seed) => syntheticRun({ network, seed, top1: [80 - seed, 60, 50 + seed] })),
);
const figure = errorCurveFigure(21, records);
const parse = (svg: string) => new JSDOM(svg, { contentType: 'image/svg+xml' }).window.document;
const words = (document: Document) =>
  [...document.querySelectorAll('text')].map(({ textContent }) => textContent);

describe('renderSvg', () => {
  test('is a well-formed document of the size of the layout, with the axes and both legends', async () => {
    const svg = parse(await renderSvg(figure));
    const root = svg.documentElement;
    const { width, height } = figure.layout;
    expect(root.tagName).toBe('svg');
    expect(root.getAttribute('viewBox')).toBe(`0 0 ${width} ${height}`);
    expect(words(svg).filter((text) => text === 'Epoch')).toHaveLength(2);
    expect(words(svg).filter((text) => text === 'Error (top-1) %')).toHaveLength(2);
    expect(words(svg)).toContain('inception-resnet-v1');
    expect(words(svg)).toContain('inception-resnet-v1, the paper on ImageNet');
    expect(svg.querySelector('title')?.textContent).toBe(figure.title);
  });

  test('is the same text each time, whatever is drawn in between or at the same time', async () => {
    const first = await renderSvg(figure);
    const [other, second] = await Promise.all([
      renderSvg(errorCurveFigure(22, records)),
      renderSvg(errorCurveFigure(21, records)),
    ]);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  test('gives the clip paths of different figures different names, so that they can share a page', async () => {
    const names = async (number: 21 | 22) => {
      const svg = parse(await renderSvg(errorCurveFigure(number, records)));
      return [...svg.querySelectorAll('[id]')].map(({ id }) => id);
    };
    const [first, second] = [await names(21), await names(22)];
    expect(first.length).toBeGreaterThan(4);
    expect(first.filter((name) => second.includes(name))).toEqual([]);
  });

  test('leaves the figure as it is and escapes its texts', async () => {
    const hostile = lineFigure(
      'hostile',
      { title: 'a < b & "c"', xTitle: 'x > 1', yTitle: "y's" },
      [{ name: 'R&D', x: [1, 2], y: [1, 2] }],
    );
    const before = JSON.stringify(hostile);
    const svg = parse(await renderSvg(hostile));
    expect(JSON.stringify(hostile)).toBe(before);
    expect(svg.querySelector('title')?.textContent).toBe('a < b & "c"');
    expect(words(svg)).toContain('R&D');
  });
});

describe('renderHtml', () => {
  test('holds two drawings, the data, and a script that is loaded from its own folder', async () => {
    const { document } = new JSDOM(await renderHtml(figure)).window;
    expect(document.querySelectorAll('.lab-plot svg[role=img]')).toHaveLength(2);
    expect(document.querySelector('script[src]')?.getAttribute('src')).toBe('plotly.js');
    const data = document.querySelector('script[type="application/json"]')?.textContent ?? '';
    expect(JSON.parse(data)).toMatchObject({ data: [{}, {}, {}, {}, {}, {}] });
  });

  test('no text can end the script that holds the data', async () => {
    const texts = { title: '</script><b>', xTitle: 'x', yTitle: 'y' };
    const page = await renderHtml(
      lineFigure('hostile', texts, [{ name: '</script>', x: [1], y: [1] }]),
    );
    const { document } = new JSDOM(page).window;
    const data = document.querySelector('script[type="application/json"]')?.textContent ?? '';
    expect(JSON.parse(data)).toMatchObject({ data: [{ name: '</script>' }] });
  });
});

describe('text widths', () => {
  test('add up Helvetica', () => {
    // E 667, p 556, o 556, c 500, h 556 thousandths.
    expect(textWidth('Epoch', 10)).toBeCloseTo(28.35, 10);
    // Bold: M 833, i 278.
    expect(textWidth('Mi', 100, true)).toBeCloseTo(111.1, 10);
  });

  test('lines are broken before they are too long', () => {
    // A word of ten digits is 55.6 wide at size 10; two with a space 113.98.
    const text = '0123456789 0123456789 0123456789';
    expect(wrapText(text, 114, 10)).toEqual(['0123456789 0123456789', '0123456789']);
    expect(wrapText(text, 113, 10)).toEqual(['0123456789', '0123456789', '0123456789']);
  });
});

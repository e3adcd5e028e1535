import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test, vi } from 'vitest';

import { lineFigure } from '../../lib/figures/lines';
import { liveCurve } from '../../lib/figures/liveCurve';
import { plotlyScript } from '../../lib/figures/plotlyWindow';
import { showFigure } from '../../lib/figures/show';
import { showTable } from '../../lib/figures/table';

const texts = { title: 'Loss', xTitle: 'Step', yTitle: 'Loss' };
const figure = lineFigure('loss', texts, [{ name: 'train', x: [1, 2], y: [3, 2] }]);

/** Stands for the kernel: collects what would be shown. */
function pretendKernel(): [mime: string, text: string][] {
  const shown: [string, string][] = [];
  const display = {
    html: (text: string) => shown.push(['html', text]),
    svg: (text: string) => shown.push(['svg', text]),
  };
  const tslab = { display, newDisplay: () => display };
  vi.stubGlobal('__tslab__', { require: () => tslab });
  return shown;
}

function request(address: string, host?: string): Promise<{ status?: number; length: number }> {
  return new Promise((resolve, reject) => {
    get(address, { headers: host ? { host } : {} }, (response) => {
      let length = 0;
      response.on('data', (part: Buffer) => (length += part.length));
      response.on('end', () => resolve({ status: response.statusCode, length }));
    }).on('error', reject);
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('in a notebook', () => {
  test('a figure that is not interactive is one picture with its caption', async () => {
    const shown = pretendKernel();
    await showFigure(figure, { interactive: false });
    const [[mime, text]] = shown;
    expect(mime).toBe('html');
    expect(text).toMatch(/<img src="data:image\/svg\+xml;base64,[\w+/=]+" alt="Loss"/);
    expect(text).toContain(figure.caption);
    expect(text).not.toMatch(/<script|<svg|<style/);
  });

  test('a figure holds one picture and the address of Plotly, not Plotly', async () => {
    const shown = pretendKernel();
    await showFigure(figure);
    const [[mime, text]] = shown;
    expect(mime).toBe('html');
    expect(text.match(/<img /g)).toHaveLength(1);
    expect(text).not.toMatch(/<svg|<style/);
    expect(text.length).toBeLessThan(25_000);
    const address =
      /data-plotly="(http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/plotly\.js)"/.exec(text)?.[1] ?? '';
    expect(await request(address)).toEqual({ status: 200, length: statSync(plotlyScript()).size });
    expect(await request(address, 'evil.example')).toMatchObject({ status: 403 });
    expect(await request(address.replace(/[0-9a-f]{32}/, '0'))).toMatchObject({ status: 404 });
  });

  test('a live curve draws seldom while it grows, and ends with all points', async () => {
    const shown = pretendKernel();
    const curve = liveCurve(texts);
    // Its place is taken before any point comes, perhaps after the end of the cell.
    expect(shown.splice(0)).toEqual([['svg', expect.stringMatching(/^<svg /)]]);
    const start = performance.now();
    let x = 0;
    while (x < 30 || performance.now() < start + 1000) {
      x++;
      curve.update({ x, values: { train: 1 / x, test: 2 / x } });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const last = await curve.finish();
    expect(shown.length).toBeGreaterThanOrEqual(2);
    // At once, then with half a second in between, and the last state.
    expect(shown.length).toBeLessThanOrEqual(4);
    expect(last.data.map(({ name, x: xs }) => [name, xs.length])).toEqual([
      ['train', x],
      ['test', x],
    ]);
    expect(last.data[1].y[x - 1]).toBe(2 / x);
    // It grows as a picture, and ends as what showFigure shows.
    expect(shown.slice(0, -1).every(([mime]) => mime === 'svg')).toBe(true);
    expect(shown[shown.length - 1][1]).toContain('data-plotly=');
  });

  test('a table is escaped HTML', async () => {
    const shown = pretendKernel();
    await showTable([{ network: 'a<b', error: 1.5, hidden: 1 }], ['error', 'network']);
    const [[mime, text]] = shown;
    expect(mime).toBe('html');
    expect(text.replace(/\s+/g, '')).toContain('<td>1.5</td><td>a&lt;b</td>');
    expect(text).not.toContain('hidden');
  });
});

describe('outside a notebook', () => {
  test('a figure becomes files, and a line says where', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const folder = mkdtempSync(join(tmpdir(), 'figures-'));
    await showFigure(figure, { folder });
    for (const name of ['loss.svg', 'loss.html', 'plotly.js']) {
      expect(existsSync(join(folder, name))).toBe(true);
    }
    expect(log.mock.calls).toEqual([[expect.stringMatching(/^Loss: .*loss\.svg$/)]]);
  });

  test('a live curve is silent and keeps its points', async () => {
    const log = vi.spyOn(console, 'log');
    const curve = liveCurve(texts);
    curve.update({ x: 1, values: { train: 2 } });
    expect((await curve.finish()).data[0]).toMatchObject({ name: 'train', x: [1], y: [2] });
    expect(log).not.toHaveBeenCalled();
  });

  test('a table is printed', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await showTable([{ network: 'inception-v3', error: 12.5 }]);
    expect(log.mock.calls.flat().join('\n')).toMatch(/inception-v3\s+│\s+12\.5/);
  });
});

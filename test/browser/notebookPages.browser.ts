import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { notebookPaths } from '../../experiments/notebooks';
import { withEpochSlider } from '../../lib/figures/motion';
import { notebookFigure } from '../../lib/figures/notebookFigure';
import { plotlyAddress } from '../../lib/figures/plotlyServer';
import { jupyterPython } from '../../lib/jupyter';
import { recordedFigure } from '../../lib/recorded/figures';
import { startChromium, withoutChromium } from './chromium';

const without = withoutChromium();
const python = jupyterPython();
const folder = mkdtempSync(path.join(tmpdir(), 'pages-'));
let browser: Browser;

beforeAll(async () => {
  if (!without) browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** A notebook as a page: what nbconvert makes of it, without the scripts and style sheets of its outputs, as on GitHub. */
async function exportedPage(notebook: string): Promise<string> {
  const words = ['-m', 'nbconvert', '--to', 'html', '--output-dir', folder, notebook];
  await promisify(execFile)(python as string, words);
  const page = path.join(folder, `${path.basename(notebook, '.ipynb')}.html`);
  const text = readFileSync(page, 'utf8');
  const isOutput = /(<figure class="lab-figure"[^]*?<\/figure>)/g;
  writeFileSync(
    page,
    text.replace(isOutput, (figure) => figure.replace(/<(script|style)[^]*?<\/\1>/g, '')),
  );
  return page;
}

interface Place {
  readonly width: number;
  readonly height: number;
  /** Whether the browser could draw the picture. */
  readonly isDrawn: boolean;
  /** Texts that the picture covers. */
  readonly covered: readonly string[];
}

/** Where the pictures of a page's figures are. */
function places(page: Page): Promise<readonly Place[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.lab-figure')].map((figure) => {
      const image = figure.querySelector('img') as HTMLImageElement;
      const { left, right, top, bottom, width, height } = image.getBoundingClientRect();
      const texts = [...document.querySelectorAll('p, pre, figcaption, td, h1, h2, h3, li')];
      const covered = texts.filter((text) => {
        const box = text.getBoundingClientRect();
        const isBeside = box.right <= left || box.left >= right;
        return box.width > 0 && !isBeside && box.bottom > top + 1 && box.top < bottom - 1;
      });
      return {
        width,
        height,
        isDrawn: image.complete && image.naturalWidth > 0,
        covered: covered.map(({ textContent }) => textContent ?? ''),
      };
    }),
  );
}

describe.skipIf(without || !python)(
  `the committed notebooks as pages without scripts${without}`,
  () => {
    it.each(notebookPaths().map((file) => [path.basename(file), file]))(
      '%s shows a picture for every figure',
      async (_, file) => {
        const context = await browser.newContext({ javaScriptEnabled: false });
        const page = await context.newPage();
        await page.goto(`file://${await exportedPage(file)}`);
        const figures = readFileSync(file, 'utf8').match(/<figure class=\\"lab-figure/g) ?? [];
        const found = await places(page);
        expect(found).toHaveLength(figures.length);
        expect(found.length).toBeGreaterThan(0);
        for (const { width, height, isDrawn, covered } of found) {
          expect(width).toBeGreaterThan(200);
          expect(height).toBeGreaterThan(60);
          expect(isDrawn).toBe(true);
          expect(covered).toEqual([]);
        }
        await context.close();
      },
    );
  },
);

/** Serves a page on the loopback address, as Jupyter does. */
async function serve(content: string): Promise<{ server: Server; address: string }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

describe.skipIf(without)(`a figure in a page of this machine${without}`, () => {
  const figure = withEpochSlider(recordedFigure(21, 'standard'));

  it('is drawn by Plotly, which is loaded once, with a slider that works without a kernel', async () => {
    const output = await notebookFigure(figure, await plotlyAddress());
    const { server, address } = await serve(`<!doctype html>${output}${output}`);
    const page = await browser.newPage();
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    await page.goto(address);
    await page.waitForFunction(() => document.querySelectorAll('.lab-figure img').length === 0);
    expect(await page.locator('.lab-plot .main-svg .slider-container').count()).toBe(2);
    expect(loaded.filter((url) => url.endsWith('plotly.js'))).toHaveLength(1);

    const points = () =>
      page.evaluate(() => {
        const plot = document.querySelector('.js-plotly-plot') as unknown as {
          data: { x: number[] }[];
        };
        return Math.max(...plot.data[0].x);
      });
    const last = await points();
    await page.evaluate(() =>
      (
        window as unknown as { Plotly: { animate(...words: unknown[]): Promise<void> } }
      ).Plotly.animate(document.querySelector('.js-plotly-plot'), ['2'], {
        mode: 'immediate',
        frame: { duration: 0, redraw: false },
      }),
    );
    expect([await points(), last]).toEqual([2, figure.motion?.frames.length]);
    await page.close();
    server.close();
  });

  it('stays a picture where the server is gone, and asks for nothing where the page is not of this machine', async () => {
    const gone = await notebookFigure(figure, 'http://127.0.0.1:9/plotly.js');
    const { server, address } = await serve(`<!doctype html>${gone}`);
    const page = await browser.newPage();
    await page.goto(address, { waitUntil: 'load' });
    expect((await places(page))[0]).toMatchObject({ isDrawn: true, covered: [] });

    const loaded: string[] = [];
    await page.route('**/*', (route) => {
      const url = route.request().url();
      loaded.push(url);
      return url.startsWith('http://lab.example/')
        ? route.fulfill({ contentType: 'text/html', body: gone })
        : route.abort();
    });
    await page.goto('http://lab.example/notebook', { waitUntil: 'load' });
    expect((await places(page))[0].isDrawn).toBe(true);
    expect(loaded.filter((url) => url.includes('plotly'))).toEqual([]);
    await page.close();
    server.close();
  });
});

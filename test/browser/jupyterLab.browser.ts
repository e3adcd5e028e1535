import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { jupyterPython } from '../../lib/jupyter';
import { projectRoot } from '../../lib/projectRoot';
import type { RunRecord } from '../../lib/results/record';
import { readRecord } from '../../lib/results/store';
import { startChromium, withoutChromium } from './chromium';
import { notebookCopy, OpenNotebook, serveJupyterLab } from './jupyterLab';
import { takeScreenshot } from './screenshot';

const without = withoutChromium();
const records = path.join(projectRoot(), 'results/panel');
const NOTEBOOK = '04-residual-scaling.ipynb';
/** Of a machine that does something else as well. */
const MINUTES = 60_000;
let browser: Browser;

beforeAll(async () => {
  if (!without) browser = await startChromium();
});
afterAll(() => browser?.close());

/** The records that panels leave during a test; they go away after it. */
function newRecords(): () => readonly string[] {
  const list = () => (existsSync(records) ? readdirSync(records) : []);
  const before = new Set([...list(), 'checkpoints']);
  const added = () => list().filter((name) => !before.has(name));
  onTestFinished(() => {
    for (const name of added()) {
      rmSync(path.join(records, name));
      const weights = path.join(records, 'checkpoints', path.parse(name).name);
      rmSync(weights, { recursive: true, force: true });
    }
  });
  return () => added().filter((name) => name.endsWith('.jsonl'));
}

async function newPage(): Promise<Page> {
  // A scheme that Playwright sets would hide what the notebook asks for.
  const page = await browser.newPage({
    viewport: { width: 1280, height: 1060 },
    colorScheme: null,
  });
  onTestFinished(() => page.close());
  page.setDefaultTimeout(2 * MINUTES);
  return page;
}

interface Curve {
  /** The largest step of the bold line. */
  readonly lastStep: number;
  /** Where changes are marked. */
  readonly marks: readonly number[];
}

/** What Plotly draws of the zeros in the last layer. */
function zerosCurve(panel: FrameLocator): Promise<Curve> {
  return panel.locator('[data-curve="zeros"]').evaluate((element) => {
    const { data, layout } = element as unknown as {
      data: { x: number[] }[];
      layout: { shapes: { x0: number }[] };
    };
    return {
      lastStep: Math.max(0, ...(data.at(-2)?.x ?? [])),
      marks: layout.shapes.map(({ x0 }) => x0),
    };
  });
}

async function stepOf(panel: FrameLocator): Promise<number> {
  return Number.parseInt((await panel.locator('[data-readout="step"]').textContent()) ?? '', 10);
}

/** Waits until the panel says a later step than `step` and has drawn it; the curve of then. */
async function curveAfter(panel: FrameLocator, step: number): Promise<Curve> {
  await expect.poll(() => stepOf(panel), { timeout: 3 * MINUTES }).toBeGreaterThan(step);
  const drawn = async () => (await zerosCurve(panel)).lastStep;
  await expect.poll(drawn, { timeout: MINUTES }).toBeGreaterThan(step);
  return zerosCurve(panel);
}

/** Moves the slider of the scale as a person without a mouse does: to its left end, then by two steps of 0.05. */
async function scaleByATenth(panel: FrameLocator): Promise<void> {
  const slider = panel.locator('[data-control="scale"] input');
  await slider.press('Home');
  await slider.press('ArrowRight');
  await slider.press('ArrowRight');
  expect(await panel.locator('[data-control="scale"] output').textContent()).toBe('0.1');
}

/** Fails unless the panel is dark in the dark theme and light in the light one. */
async function expectSchemeOfTheme(notebook: OpenNotebook, panel: FrameLocator): Promise<void> {
  const isDark = () =>
    panel.locator('body').evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  await notebook.dress('JupyterLab Dark');
  await expect.poll(isDark, { timeout: MINUTES }).toBe(true);
  await notebook.dress('JupyterLab Light');
  await expect.poll(isDark, { timeout: MINUTES }).toBe(false);
}

function saysOf(panel: FrameLocator, text: string): Promise<void> {
  return panel.locator('[data-readout="status"]', { hasText: text }).waitFor();
}

describe.skipIf(without || !jupyterPython())(`the notebook on residual scaling${without}`, () => {
  it(
    'draws its figures in JupyterLab, and its panel steers a run',
    async () => {
      const added = newRecords();
      const committed = readFileSync(path.join(projectRoot(), 'notebooks', NOTEBOOK), 'utf8');
      const copy = notebookCopy(NOTEBOOK, committed);
      const page = await newPage();
      const notebook = await OpenNotebook.open(page, await serveJupyterLab(), copy);
      await notebook.runAllCells();

      const figure = (await notebook.showCell('zeros-by-step')).locator('.lab-figure');
      await figure.locator('.lab-plot .js-plotly-plot .main-svg .scatterlayer').waitFor();
      await figure.locator('img').waitFor({ state: 'detached' });
      await takeScreenshot(notebook, figure, 'jupyterlab-figure');

      const cell = await notebook.showCell('lab.controls');
      const panel = cell.frameLocator('iframe[title="Control panel"]');
      await saysOf(panel, 'Ready');
      await panel.locator('[data-action="start"]').click();
      const before = await curveAfter(panel, 4);
      expect(before.marks).toEqual([]);

      await scaleByATenth(panel);
      await panel.locator('.changes li', { hasText: 'residual scaling 0.1' }).first().waitFor();
      const { marks } = await zerosCurve(panel);
      const changedAt = marks.at(-1) ?? NaN;
      expect(changedAt).toBeGreaterThanOrEqual(before.lastStep);
      const after = await curveAfter(panel, changedAt + 20);
      expect(after.marks).toEqual(marks);
      await takeScreenshot(notebook, cell, 'jupyterlab-panel');
      await expectSchemeOfTheme(notebook, panel);

      await panel.locator('[data-action="stop"]').click();
      await saysOf(panel, 'Run 1: Stopped');
      await expect.poll(added, { timeout: MINUTES }).toHaveLength(1);
      expectSteered(readRecord(path.join(records, added()[0])), changedAt, await stepOf(panel));
      expect(readFileSync(path.join(projectRoot(), 'notebooks', NOTEBOOK), 'utf8')).toBe(committed);
    },
    10 * MINUTES,
  );
});

/** Fails unless the run began without scaling, was given a scale of 0.1 and was stopped. */
function expectSteered(record: RunRecord, changedAt: number, lastStep: number): void {
  const { run, changes, final } = record;
  expect(run.config.network).toMatchObject({ residualScale: { a: 1, b: 1, c: 1 } });
  expect(changes.at(-1)).toMatchObject({
    step: changedAt,
    residualScale: { a: 0.1, b: 0.1, c: 0.1 },
  });
  expect(final).toMatchObject({ status: 'stopped', step: lastStep });
  expect(lastStep).toBeGreaterThan(changedAt);
}

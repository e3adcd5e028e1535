import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';

import type { Figure } from './figure';
import { installMeasurement } from './svgMeasure';

/** Path of Plotly's browser script (10 MB), version as in package.json. */
export function plotlyScript(): string {
  return require.resolve('plotly.js-dist/plotly.js');
}

interface PlotlyElement extends HTMLDivElement {
  readonly _fullLayout: object;
}

/** The functions of Plotly that are used here. */
interface Plotly {
  newPlot(element: HTMLDivElement, figure: object, config: object): Promise<PlotlyElement>;
  purge(element: HTMLDivElement): void;
  /** Names every attribute that Plotly does not know or does not accept; nothing when all are right. */
  validate(data: readonly object[], layout: object): { msg: string }[] | undefined;
  readonly Snapshot: { toSVG(element: PlotlyElement, format: 'svg', scale: number): string };
}

/** A window without a screen, with Plotly in it. */
export interface PlotlyWindow {
  readonly plotly: Plotly;
  readonly document: Document;
  readonly math: { random: () => number };
}

let loading: Promise<PlotlyWindow> | undefined;

/** Loads Plotly into a window of jsdom, once per process (about a second). */
export function plotlyWindow(): Promise<PlotlyWindow> {
  loading ??= load();
  return loading;
}

async function load(): Promise<PlotlyWindow> {
  const { JSDOM } = await import('jsdom');
  const dom = new JSDOM('', { runScripts: 'outside-only', pretendToBeVisual: true });
  installMeasurement(dom.window);
  // Plotly asks for these when it loads, for maps and WebGL, which are not drawn here.
  dom.window.URL.createObjectURL = () => '';
  dom.window.HTMLCanvasElement.prototype.getContext = () => null;
  const context = dom.getInternalVMContext();
  new Script(readFileSync(plotlyScript(), 'utf8'), { filename: 'plotly.js' }).runInContext(context);
  const { Plotly, Math } = context as { Plotly: Plotly; Math: PlotlyWindow['math'] };
  return { plotly: Plotly, document: dom.window.document, math: Math };
}

/**
 * Random numbers that depend on the figure alone: Plotly names clip paths by them, so equal figures get equal files and
 * the names of different figures on one page do not meet.
 */
export function figureRandom(figure: Pick<Figure, 'data' | 'layout'>): () => number {
  const seed = JSON.stringify([figure.data, figure.layout]);
  let block = createHash('sha256').update(seed).digest();
  let next = 0;
  return () => {
    // Plotly never ends looking for a new name where the numbers repeat, so each block is the hash of the last.
    if (next === block.length) {
      block = createHash('sha256').update(block).digest();
      next = 0;
    }
    return block[next++] / 256;
  };
}

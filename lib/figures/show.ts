import { relative } from 'node:path';

import { projectRoot } from '../projectRoot';
import { writeFigure } from '../results/figureFiles';
import type { Figure } from './figure';
import { notebookFigure } from './notebookFigure';
import { plotlyAddress } from './plotlyServer';

/** One output of a notebook cell, which every call replaces. */
export interface NotebookOutput {
  html(text: string): void;
  svg(text: string): void;
}

interface Tslab {
  readonly display: NotebookOutput;
  newDisplay(): NotebookOutput;
}

/**
 * Shows a figure. In a notebook as a picture that becomes a drawing to hover and zoom where the kernel that made it runs on
 * the reader's machine; with `interactive: false` it stays a picture. Elsewhere it writes the figure to `folder` (default
 * results/figures) and prints one line with its place.
 */
export async function showFigure(
  figure: Figure,
  options: { readonly interactive?: boolean; readonly folder?: string } = {},
): Promise<void> {
  const { interactive = true, folder = `${projectRoot()}/results/figures` } = options;
  const notebook = tslab();
  if (notebook) {
    const address = interactive ? await plotlyAddress() : undefined;
    notebook.display.html(await notebookFigure(figure, address));
  } else {
    const { svg } = await writeFigure(folder, figure.name, figure);
    console.log(`${figure.title}: ${relative(process.cwd(), svg)}`);
  }
}

/** A new output below the running cell that can be replaced later; undefined outside a notebook. */
export function newNotebookOutput(): NotebookOutput | undefined {
  return tslab()?.newDisplay();
}

/** Whether this process is the kernel of a notebook. */
export function isNotebook(): boolean {
  return tslab() !== undefined;
}

/** The kernel's own tslab, wherever it is installed; undefined outside a kernel. */
function tslab(): Tslab | undefined {
  const kernel = (globalThis as { __tslab__?: { require(name: string): unknown } }).__tslab__;
  return kernel?.require('tslab') as Tslab | undefined;
}

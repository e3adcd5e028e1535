import { relative } from 'node:path';

import { projectRoot } from '../projectRoot';
import { writeFigure } from '../results/figureFiles';
import type { Figure } from './figure';
import { html, scriptJson } from './html';
import { drawLabFiguresScript, figureFragment, figureStyle } from './page';
import { plotlyAddress } from './plotlyServer';
import { renderSvg } from './render';

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
 * Shows a figure. In a notebook as a picture, or with `interactive` as a drawing to hover and zoom, which falls back to the
 * picture where the kernel that made it is gone. Elsewhere it writes the figure to `folder` (default results/figures) and
 * prints one line with its place.
 */
export async function showFigure(
  figure: Figure,
  options: { readonly interactive?: boolean; readonly folder?: string } = {},
): Promise<void> {
  const notebook = tslab();
  if (!notebook) {
    const { folder = `${projectRoot()}/results/figures` } = options;
    const { svg } = await writeFigure(folder, figure.name, figure);
    console.log(`${figure.title}: ${relative(process.cwd(), svg)}`);
  } else if (options.interactive) {
    notebook.display.html(await interactiveOutput(figure));
  } else {
    notebook.display.svg(await renderSvg(figure));
  }
}

/** A new output below the running cell that can be replaced later; undefined outside a notebook. */
export function newNotebookOutput(): NotebookOutput | undefined {
  return tslab()?.newDisplay();
}

/** The kernel's own tslab, wherever it is installed; undefined outside a kernel. */
function tslab(): Tslab | undefined {
  const kernel = (globalThis as { __tslab__?: { require(name: string): unknown } }).__tslab__;
  return kernel?.require('tslab') as Tslab | undefined;
}

async function interactiveOutput(figure: Figure): Promise<string> {
  const output = html`<style>
      ${figureStyle}
    </style>
    ${await figureFragment(figure)}
    <script>
      ${drawLabFiguresScript};
      if (!window.Plotly) {
        document.head.append(
          Object.assign(document.createElement('script'), {
            src: ${scriptJson(await plotlyAddress())},
            onload: drawLabFigures,
          }),
        );
      }
    </script>`;
  return output.text;
}

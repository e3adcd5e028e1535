import { copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Figure } from '../figures/figure';
import { renderHtml } from '../figures/page';
import { plotlyScript } from '../figures/plotlyWindow';
import { renderSvg } from '../figures/render';

/** Where a figure was written. */
export interface FigureFiles {
  readonly svg: string;
  readonly html: string;
}

/** Writes `<name>.svg` and the interactive `<name>.html` into a folder, with plotly.js, which the page loads, beside them. */
export async function writeFigure(
  folder: string,
  name: string,
  figure: Figure,
): Promise<FigureFiles> {
  mkdirSync(folder, { recursive: true });
  const files = { svg: join(folder, `${name}.svg`), html: join(folder, `${name}.html`) };
  writeFileSync(files.svg, `${await renderSvg(figure)}\n`);
  writeFileSync(files.html, await renderHtml(figure));
  copyOnce(plotlyScript(), join(folder, 'plotly.js'));
  return files;
}

/** Writes `<name>.svg` into a folder, where a drawing is all there is; returns its path. */
export function writeSvg(folder: string, name: string, svg: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.svg`);
  writeFileSync(file, svg);
  return file;
}

function copyOnce(from: string, to: string): void {
  if (!existsSync(to) || statSync(to).size !== statSync(from).size) copyFileSync(from, to);
}

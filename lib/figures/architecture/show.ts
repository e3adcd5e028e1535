import { relative } from 'node:path';

import { projectRoot } from '../../projectRoot';
import { writeSvg } from '../../results/figureFiles';
import { pictureFigure } from '../notebookFigure';
import { newNotebookOutput } from '../show';
import type { ArchitectureDrawing } from './sheet';

/** Where drawings of networks are kept, relative to the project. */
export function architectureFolder(): string {
  return `${projectRoot()}/results/figures/architecture`;
}

/**
 * Shows a drawing below the running cell of a notebook. Elsewhere it writes it to `folder` (default
 * results/figures/architecture) and prints one line with its place.
 */
export function showDrawing(drawing: ArchitectureDrawing, folder = architectureFolder()): void {
  const output = newNotebookOutput();
  if (output) {
    output.html(pictureFigure(drawing.svg, drawing.title).text);
  } else {
    const file = writeSvg(folder, drawing.name, drawing.svg);
    console.log(`${drawing.title}: ${relative(process.cwd(), file)}`);
  }
}

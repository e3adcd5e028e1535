import { readdirSync } from 'node:fs';
import path from 'node:path';

import { executeNotebook, jupyterPython } from '../lib/jupyter';
import { projectRoot } from '../lib/projectRoot';

/** Paths of the notebooks, in reading order. */
export function notebookPaths(): readonly string[] {
  const folder = path.join(projectRoot(), 'notebooks');
  const names = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
  return names.sort().map((name) => path.join(folder, name));
}

/** Executes every notebook with the real kernel and leaves the files as they are; throws at the first failing cell. */
export async function executeNotebooks(): Promise<void> {
  for (const notebook of notebookPaths()) {
    const { cells, seconds } = await executeNotebook(notebook);
    console.error(`${path.basename(notebook)}  ${cells} cells ran  (${Math.round(seconds)} s)`);
  }
}

/** Whether notebooks can run on this machine: the set-up has made the Jupyter environment. */
export function canExecuteNotebooks(): boolean {
  return jupyterPython() !== undefined;
}

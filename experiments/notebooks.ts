import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { LabError, UsageError } from '../lib/errors';
import { executeNotebook, jupyterPython } from '../lib/jupyter';
import { projectRoot } from '../lib/projectRoot';
import { canonicalNotebook } from './notebooks/canonical';
import { cellTypeErrors } from './notebooks/cellTypes';
import { type Cell, parseNotebook } from './notebooks/notebook';
import { staleCells, withStoredLiveOutputs } from './notebooks/stored';
import { notebookViolations } from './notebooks/violations';

/** What becomes of the outputs of notebooks that are executed. */
export interface NotebookOptions {
  /** They are written into the notebooks, in canonical form. */
  readonly write?: boolean;
  /** With `write`: also the outputs of cells tagged `live` that have stored ones. */
  readonly live?: boolean;
  /** They have to be the stored ones, but for those of cells tagged `live`. */
  readonly compare?: boolean;
}

/** Longest time for one notebook, in seconds. */
const LONGEST = 300;

/** Paths of the notebooks, in reading order. */
export function notebookPaths(): readonly string[] {
  const folder = path.join(projectRoot(), 'notebooks');
  const names = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
  return names.sort().map((name) => path.join(folder, name));
}

/**
 * The notebooks that are named as files or without ending (`00-start`), all of them when none is.
 *
 * Throws a UsageError for a name that no notebook has.
 */
export function namedNotebooks(names: readonly string[]): readonly string[] {
  const all = notebookPaths();
  if (names.length === 0) return all;
  return names.map((name) => {
    const found = all.find(
      (file) => path.basename(name, '.ipynb') === path.basename(file, '.ipynb'),
    );
    if (found) return found;
    const known = all.map((file) => path.basename(file, '.ipynb')).join(', ');
    throw new UsageError(`There is no notebook "${name}": expected one of ${known}.`);
  });
}

/**
 * Executes notebooks, all of them by default, with the real kernel, and says how long each took; the files stay as they are
 * unless they are to be written.
 *
 * Throws a LabError at the first cell that fails, and for a notebook whose outputs are stale or whose canonical form
 * breaks a rule (its size).
 */
export async function executeNotebooks(
  files: readonly string[] = notebookPaths(),
  options: NotebookOptions = {},
): Promise<void> {
  for (const file of files) {
    const stored = parseNotebook(readFileSync(file, 'utf8'), file);
    const { executed, seconds } = await outputsOf(file);
    const ran = executed.filter(({ kind }) => kind === 'code').length;
    console.error(`${path.basename(file)}  ${ran} cells ran  (${seconds.toFixed(1)} s)`);
    if (options.compare) requireSame(file, executed, stored);
    if (options.write) {
      writeNotebook(file, options.live ? executed : withStoredLiveOutputs(executed, stored));
    }
  }
}

/** Checks notebooks as they stand, without a kernel: returns what breaks the canonical form, and errors of types. */
export async function checkNotebooks(
  files: readonly string[] = notebookPaths(),
): Promise<readonly string[]> {
  const notebooks = files.map((file) => ({
    file: path.basename(file),
    content: readFileSync(file, 'utf8'),
  }));
  const cells = notebooks.map(({ file, content }) => ({
    file,
    cells: parseNotebook(content, file),
  }));
  return [
    ...notebooks.flatMap(({ file, content }) => notebookViolations(content, file)),
    ...(await cellTypeErrors(cells)),
  ];
}

/** Whether notebooks can run on this machine: the set-up has made the Jupyter environment. */
export function canExecuteNotebooks(): boolean {
  return jupyterPython() !== undefined;
}

async function outputsOf(file: string): Promise<{ executed: readonly Cell[]; seconds: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'notebook-'));
  try {
    const output = path.join(folder, path.basename(file));
    const { seconds } = await executeNotebook(file, { timeoutSeconds: LONGEST, output });
    return { executed: parseNotebook(readFileSync(output, 'utf8'), file), seconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function requireSame(file: string, executed: readonly Cell[], stored: readonly Cell[]): void {
  const stale = staleCells(executed, stored);
  if (stale.length === 0) return;
  const name = path.basename(file);
  throw new LabError(
    `${name}: the outputs of ${stale.join(', ')} are not the stored ones. Look at them and store them: npm run lab -- notebooks ${path.basename(name, '.ipynb')} --write. A cell whose outputs differ from run to run needs the tag "live".`,
  );
}

/** Whole or not at all: a notebook that is being written may be open elsewhere. */
function writeNotebook(file: string, cells: readonly Cell[]): void {
  const content = canonicalNotebook(cells);
  const [violation] = notebookViolations(content, path.basename(file));
  if (violation) throw new LabError(`${violation} Nothing was written.`);
  const partial = `${file}.partial`;
  writeFileSync(partial, content);
  renameSync(partial, file);
}

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { canExecuteNotebooks, notebookPaths } from '../../experiments/notebooks';
import { executeNotebook } from '../../lib/jupyter';

interface Cell {
  readonly cell_type: string;
  readonly execution_count?: number | null;
  readonly outputs?: readonly unknown[];
  readonly source: readonly string[];
}

interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: { readonly kernelspec: { readonly name: string } };
}

const notebooks = notebookPaths().map((file) => [path.basename(file), file] as const);

describe.each(notebooks)('%s', (_, file) => {
  const notebook = JSON.parse(readFileSync(file, 'utf8')) as Notebook;
  const code = notebook.cells.filter((cell) => cell.cell_type === 'code');

  it('names our kernel and carries no trace of a run', () => {
    expect(notebook.metadata.kernelspec.name).toBe('tslab');
    expect(code.every((cell) => cell.execution_count === null)).toBe(true);
    expect(statSync(file).size).toBeLessThan(300_000);
  });

  it('keeps its cells thin and takes everything from the kit', () => {
    for (const { source } of code) {
      expect(source.length).toBeLessThanOrEqual(15);
      const imports = source.filter((line) => line.startsWith('import'));
      expect(imports.every((line) => line.includes("'inception-lab'"))).toBe(true);
    }
  });

  it.skipIf(!canExecuteNotebooks())(
    'runs in the real kernel',
    async () => {
      const { cells } = await executeNotebook(file, { timeoutSeconds: 240 });
      expect(cells).toBe(code.length);
    },
    300_000,
  );
});

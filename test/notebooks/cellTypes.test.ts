import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { notebookPaths } from '../../experiments/notebooks';
import { cellTypeErrors } from '../../experiments/notebooks/cellTypes';
import { type Cell, parseNotebook } from '../../experiments/notebooks/notebook';

const cell = (source: string, id?: string): Cell => ({
  ...{ kind: 'code', source, id, tags: [], outputs: [], raw: {} },
});
const errorsOf = (...sources: string[]) =>
  cellTypeErrors([{ file: 'n.ipynb', cells: sources.map((source) => cell(source)) }]);

const notebooks = notebookPaths().map((file) => ({
  file: path.basename(file),
  cells: parseNotebook(readFileSync(file, 'utf8'), file),
}));

describe('the types of cells', () => {
  it('are right where the kernel takes the cells', async () => {
    const errors = await errorsOf(
      "import * as lab from 'inception-lab';\nlet { count, more: [first] } = { count: 1, more: [2] };",
      'const options: lab.TrainOptions = { network: "inception-v4", epochs: count + first };',
      // Again, with another type; awaited at the top; assigned in a later cell; not strict.
      "const count = await Promise.resolve('text');\ninterface Point { x: number }\nfirst = null;",
      'const point: Point = { x: count.length };\nlab.selectBackend();',
    );
    expect(errors).toEqual([]);
  });

  it('name notebook, cell and line of an error', async () => {
    const errors = await errorsOf(
      "import * as lab from 'inception-lab';\n\nconst run = lab.train({ epoch: 2 });",
      "const title = 'a';",
      'const title: number = 1;\ntitle.trim();',
      'absent;\ndocument.title;',
    );
    expect(errors).toHaveLength(4);
    expect(errors[0]).toMatch(/^n\.ipynb, code cell 1, line 3: .*epoch/);
    expect(errors[1]).toMatch(/^n\.ipynb, code cell 3, line 2: .*'trim' does not exist/);
    expect(errors[2]).toMatch(/^n\.ipynb, code cell 4, line 1: .*'absent'/);
    // The kernel has no types of a browser.
    expect(errors[3]).toMatch(/^n\.ipynb, code cell 4, line 2: .*'document'/);
  });
});

describe("the notebooks' types", () => {
  it('are right', async () => {
    expect(await cellTypeErrors(notebooks)).toEqual([]);
  });

  it('are wrong in every notebook with a broken cell', async () => {
    const broken = notebooks.map(({ file, cells }) => ({
      file,
      cells: [...cells, cell("lab.selectBackend('abacus');", 'broken')],
    }));
    const errors = await cellTypeErrors(broken);
    expect(errors.map((error) => error.split(',')[0])).toEqual(notebooks.map(({ file }) => file));
    expect(errors.every((error) => error.includes('("broken"), line 1: Argument'))).toBe(true);
  });
});

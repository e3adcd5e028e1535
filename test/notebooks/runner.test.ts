import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { executeNotebook, jupyterPython } from '../../lib/jupyter';

const fixture = (name: string): string => path.join(__dirname, 'fixtures', `${name}.ipynb`);

// The set-up leaves Jupyter out where there is no Python; then there is nothing to run a notebook with.
const without = jupyterPython() ? '' : ' (left out: Jupyter is not set up, see npm run setup)';

// Side by side, because most of a run is waiting for Python and the kernel to start.
describe.skipIf(without)(
  `executeNotebook${without}`,
  { concurrent: true, timeout: 180_000 },
  () => {
    it('runs all cells in the folder of the notebook and writes their outputs', async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'runner-'));
      const copy = path.join(folder, 'passes.ipynb');
      copyFileSync(fixture('passes'), copy);
      const result = await executeNotebook(copy, { output: copy });
      expect(result).toMatchObject({ path: copy, cells: 2 });
      expect(readFileSync(copy, 'utf8')).toContain(`sum 42 ${path.basename(folder)}`);
      rmSync(folder, { recursive: true });
    });

    it('fails with notebook, cell and message when a cell throws, and writes nothing', async () => {
      const before = readFileSync(fixture('fails'), 'utf8');
      const failing = executeNotebook(fixture('fails'), { output: fixture('fails') });
      await expect(failing).rejects.toThrow(
        /fails\.ipynb, code cell 2: [^]*RangeError: the answer 42 is out of range/,
      );
      expect(readFileSync(fixture('fails'), 'utf8')).toBe(before);
    });

    it('fails when a cell does not compile', async () => {
      await expect(executeNotebook(fixture('typeError'))).rejects.toThrow(
        /typeError\.ipynb, code cell 1: [^]*Type 'string' is not assignable to type 'number'/,
      );
    });

    it('fails when a cell that ended well leaves an error on stderr', async () => {
      await expect(executeNotebook(fixture('complains'))).rejects.toThrow(
        /complains\.ipynb, code cell 1: Error: the background task failed/,
      );
    });

    it('fails when time is up', async () => {
      await expect(executeNotebook(fixture('hangs'), { timeoutSeconds: 2 })).rejects.toThrow(
        /hangs\.ipynb, code cell 1: .*not finished after 2 s/,
      );
    });
  },
);

describe('executeNotebook, without a kernel', () => {
  it('names a notebook that is not there', async () => {
    await expect(executeNotebook(fixture('absent'))).rejects.toThrow(/no notebook .*absent\.ipynb/);
  });
});

import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { canExecuteNotebooks, executeNotebooks, notebookPaths } from '../../experiments/notebooks';
import { canonicalNotebook } from '../../experiments/notebooks/canonical';
import { type Cell, parseNotebook } from '../../experiments/notebooks/notebook';
import { notebookViolations } from '../../experiments/notebooks/violations';
import { executeNotebook } from '../../lib/jupyter';
import { projectRoot } from '../../lib/projectRoot';

const notebooks = notebookPaths().map((file) => [path.basename(file), file] as const);

describe.each(notebooks)('%s', (name, file) => {
  const content = readFileSync(file, 'utf8');
  const code = parseNotebook(content, name).filter(({ kind }) => kind === 'code');

  it('is in the canonical form', () => {
    expect(notebookViolations(content, name)).toEqual([]);
  });

  it('keeps its cells thin and takes everything from the kit', () => {
    for (const { source } of code) {
      const lines = source.split('\n');
      expect(lines.length).toBeLessThanOrEqual(15);
      const imports = lines.filter((line) => line.startsWith('import'));
      expect(imports.every((line) => line.includes("'inception-lab'"))).toBe(true);
    }
  });

  it.skipIf(!canExecuteNotebooks())(
    'runs in the real kernel, and its outputs are the stored ones',
    () => executeNotebooks([file], { compare: true }),
    300_000,
  );
});

/** The beginning of a real notebook with a broken cell, where the kernel finds the kit. */
function brokenCopy(file: string, source: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'broken-'));
  symlinkSync(path.join(projectRoot(), 'node_modules'), path.join(folder, 'node_modules'));
  const cells = parseNotebook(readFileSync(file, 'utf8'), file);
  const first = cells.findIndex(({ kind }) => kind === 'code');
  const broken: Cell = { kind: 'code', id: 'broken', source, tags: [], outputs: [], raw: {} };
  const copy = path.join(folder, path.basename(file));
  writeFileSync(copy, canonicalNotebook([...cells.slice(0, first + 1), broken]));
  return copy;
}

describe.skipIf(!canExecuteNotebooks())(
  'a broken cell in a real notebook',
  { concurrent: true, timeout: 240_000 },
  () => {
    it.each([
      ['throws', "throw new lab.UsageError('the scale is 7');", /code cell 2: [^]*the scale is 7/],
      [
        'rejects when nobody waits',
        "void lab.selectBackend().then(() => lab.networkConfig('lenet' as 'inception-v4'));\nawait new Promise((resolve) => setTimeout(resolve, 500));",
        /code cell 2: [^]*lenet/,
      ],
    ])('that %s fails the execution', async (_, source, message) => {
      const copy = brokenCopy(notebooks[0][1], source);
      await expect(executeNotebook(copy)).rejects.toThrow(message);
      rmSync(path.dirname(copy), { recursive: true });
    });
  },
);

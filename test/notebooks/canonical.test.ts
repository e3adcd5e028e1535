import { homedir } from 'node:os';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { canonicalNotebook } from '../../experiments/notebooks/canonical';
import { parseNotebook } from '../../experiments/notebooks/notebook';
import { staleCells, withStoredLiveOutputs } from '../../experiments/notebooks/stored';
import { notebookViolations } from '../../experiments/notebooks/violations';
import { projectRoot } from '../../lib/projectRoot';

const stream = (text: string, name = 'stdout') => ({ output_type: 'stream', name, text });
const display = (data: Record<string, unknown>) => ({
  output_type: 'display_data',
  data,
  metadata: { isolated: true },
  transient: { display_id: 'a1b2' },
});

/** A notebook as JupyterLab saves it after a run; every field that depends on the run is there. */
function savedNotebook(
  outputs: readonly object[],
  { tags = [] as string[], id = 'cell' } = {},
): string {
  const cell = {
    outputs,
    source: 'one();\ntwo();',
    metadata: { tags, execution: { 'iopub.status.busy': '2026-01-01T00:00:00Z' }, trusted: true },
    id,
    execution_count: 7,
    cell_type: 'code',
  };
  const metadata = { kernelspec: { name: 'tslab' }, language_info: { version: '5.0.4' } };
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: [cell] });
}

const canonical = (content: string) => canonicalNotebook(parseNotebook(content, 'n.ipynb'));

describe('the canonical form', () => {
  it('carries no trace of a run', () => {
    const text = canonical(
      savedNotebook([stream('a\n'), stream('b'), stream('warning', 'stderr')]),
    );
    expect(JSON.parse(text)).toEqual({
      cells: [
        {
          cell_type: 'code',
          execution_count: null,
          id: 'cell',
          metadata: {},
          outputs: [{ name: 'stdout', output_type: 'stream', text: ['a\n', 'b'] }],
          source: ['one();\n', 'two();'],
        },
      ],
      metadata: {
        kernelspec: {
          display_name: 'TypeScript (Inception Lab)',
          language: 'typescript',
          name: 'tslab',
        },
        language_info: { file_extension: '.ts', mimetype: 'text/typescript', name: 'typescript' },
      },
      nbformat: 4,
      nbformat_minor: 5,
    });
    expect(text).toMatch(/^{\n "cells": \[\n {2}{\n[^]*}\n$/);
    expect(text).not.toMatch(/display_id|isolated|busy|5\.0\.4/);
  });

  it('is its own canonical form, and breaks no rule', () => {
    const text = canonical(
      savedNotebook([display({ 'text/html': '<b>\n1</b>' })], { tags: ['x'] }),
    );
    expect(canonical(text)).toBe(text);
    expect(notebookViolations(text, 'n.ipynb')).toEqual([]);
  });

  it('names no folder and no server of this machine', () => {
    const home = path.join(homedir(), 'data');
    const printed = [
      `${projectRoot()}/results/x ${projectRoot()}2 ${home}`,
      '<a src="http://127.0.0.1:40123/0123abcd/plotly.js">http://localhost:8888/?token=1</a>',
    ].join('\n');
    const text = canonical(savedNotebook([stream(printed)]));
    const [cell] = parseNotebook(text, 'n.ipynb');
    const result = cell.outputs[0].kind === 'stream' ? cell.outputs[0].text : '';
    expect(result).toContain('./results/x ');
    expect(result).toContain(`${projectRoot()}2`.replace(`${homedir()}/`, '~/'));
    expect(result).toContain('~/data\n<a src=""></a>');
  });

  it('keeps the figures of a live cell and nothing else', () => {
    const figure = display({ 'text/html': '<figure class="lab-figure"></figure>' });
    const outputs = [stream('3 images/s'), display({ 'text/html': '<p>12 s</p>' }), figure];
    const [cell] = parseNotebook(canonical(savedNotebook(outputs, { tags: ['live'] })), 'n');
    expect(cell.outputs).toEqual([
      { kind: 'display', data: { 'text/html': ['<figure class="lab-figure"></figure>'] } },
    ]);
  });
});

describe('the rules', () => {
  it('name notebook, cell and field of what is not canonical', () => {
    const found = notebookViolations(savedNotebook([stream('x', 'stderr')]), 'n.ipynb');
    expect(found).toEqual(
      ['outputs are', 'source is', 'metadata is', 'execution_count is'].map(
        (what) => `n.ipynb, code cell 1 ("cell"): its ${what} not in the canonical form.`,
      ),
    );
  });

  it("find another machine's folders, but not in the bytes of a picture", () => {
    const there = canonical(savedNotebook([stream('saved to /home/alice/run')]));
    expect(notebookViolations(there, 'n')).toEqual([
      'n, code cell 1 ("cell"): an output names a folder of one machine: /home/alice.',
    ]);
    const picture = '<img src="data:image/svg+xml;base64,AA/home/alice/AA==">';
    const shown = canonical(savedNotebook([display({ 'text/html': picture })]));
    expect(notebookViolations(shown, 'n')).toEqual([]);
  });

  it('find ids that are there twice, large files and another order of keys', () => {
    const text = canonical(savedNotebook([]));
    const { cells, ...rest } = JSON.parse(text) as { cells: object[] };
    const twice = JSON.stringify({ cells: [...cells, ...cells], ...rest });
    expect(notebookViolations(twice, 'n')[0]).toContain('another cell has the id "cell", too');
    const large = canonical(savedNotebook([stream('x'.repeat(300_000))]));
    expect(notebookViolations(large, 'n')[0]).toMatch(/^n: it has \d+ bytes, more than 300000/);
    expect(notebookViolations(text.trimEnd(), 'n')[0]).toMatch(/^n: .*spacing/);
  });
});

describe('stored outputs', () => {
  const cells = (text: string, tags: string[] = []) =>
    parseNotebook(savedNotebook([stream(text)], { tags }), 'n');

  it('are stale when a cell that is not live puts out something else', () => {
    expect(staleCells(cells('1'), cells('1'))).toEqual([]);
    expect(staleCells(cells('1'), cells('2'))).toEqual(['code cell 1 ("cell")']);
    expect(staleCells(cells('1', ['live']), cells('2', ['live']))).toEqual([]);
    // What differs in the address of a server only is the same.
    expect(staleCells(cells('http://127.0.0.1:1/a'), cells('http://127.0.0.1:2/b'))).toEqual([]);
  });

  it('of live cells stay, where there are any', () => {
    const [kept] = withStoredLiveOutputs(cells('new', ['live']), cells('old', ['live']));
    expect(kept.outputs).toEqual([{ kind: 'stream', name: 'stdout', text: 'old' }]);
    const [without] = parseNotebook(savedNotebook([], { tags: ['live'] }), 'n');
    expect(withStoredLiveOutputs(cells('new', ['live']), [without])[0].outputs).toHaveLength(1);
    expect(withStoredLiveOutputs(cells('new'), cells('old'))[0].outputs).toEqual([
      { kind: 'stream', name: 'stdout', text: 'new' },
    ]);
  });
});

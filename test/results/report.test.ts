import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { JSDOM } from 'jsdom';
import { beforeAll, describe, expect, test } from 'vitest';

import { LabError } from '../../lib/errors';
import { lineFigure } from '../../lib/figures/lines';
import { writeReport } from '../../lib/results/report';
import { syntheticRun } from '../figures/syntheticRecords';
import { evaluation } from '../report/madeEvaluations';

const records = [
  syntheticRun({ network: 'inception-v3', seed: 0, top1: [80, 62.34], top5: [30, 21.1] }),
  syntheticRun({ network: 'inception-v3', seed: 1, top1: [82, 64.36], top5: [30, 22.1] }),
  syntheticRun({ network: 'inception-resnet-v1', seed: 0, top1: [75, 55.5], top5: [25, 15] }),
  syntheticRun({ network: 'inception-resnet-v1', seed: 1, top1: [75, 56.5], top5: [25, 17] }),
  syntheticRun({ network: 'inception-resnet-v1', seed: 2, top1: [90], status: 'diverged' }),
];

const evaluations = [
  evaluation({ networks: ['inception-v3'], crops: 12, misses: [25, 4] }),
  evaluation({ networks: ['inception-v4', 'inception-resnet-v2'], crops: 144 }),
];

const ablations = [
  {
    figure: lineFigure('made', { title: 'A < B', xTitle: 'x', yTitle: 'y' }, [
      { name: 'one', x: [1, 2], y: [3, 4] },
    ]),
    finding: 'Dead are 3 of 5 runs.',
  },
];

describe('the report of two networks', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'results-')), 'report');
  const recordFolder = join(dirname(folder), 'convergence');
  let file: string;
  let text: string;
  let document: Document;

  beforeAll(async () => {
    file = await writeReport({
      records,
      evaluations,
      ablations,
      recordFolder,
      scale: 'quick',
      folder,
    });
    text = readFileSync(file, 'utf8');
    document = new JSDOM(text).window.document;
  });

  const cells = (selector: string) =>
    [...document.querySelectorAll(selector)].map((row) =>
      [...row.children].map((cell) => cell.textContent?.trim()),
    );

  test('needs no other file: no address is loaded, and Plotly is inside once', () => {
    expect(document.querySelectorAll('[src], link, iframe, object')).toHaveLength(0);
    expect(text.split('* plotly.js v').length - 1).toBe(1);
  });

  test('draws the figures that have runs, also without scripts', () => {
    const figures = [...document.querySelectorAll('figure')];
    expect(figures.map(({ id }) => id)).toEqual(['figure-21', 'figure-22', 'made']);
    for (const figure of figures) expect(figure.querySelectorAll('svg[role=img]')).toHaveLength(2);
  });

  test('sets the paper and the means here side by side in Table 2', () => {
    expect(cells('section:nth-of-type(3) tbody tr')).toEqual([
      ['inception-v3', '21.2', '5.6', '63.4 (62.3 to 64.4)', '21.6 (21.1 to 22.1)', '2'],
      ['inception-resnet-v1', '21.3', '5.5', '56.0 (55.5 to 56.5)', '16.0 (15.0 to 17.0)', '2'],
    ]);
  });

  test('sets crops and ensembles beside the paper where they were evaluated', () => {
    const titles = [...document.querySelectorAll('h3')].map((title) => title.textContent);
    expect(titles).toContain('Table 3: 12 crops');
    expect(titles).toContain('Table 5: ensembles, 144 crops');
    expect(titles).not.toContain('Table 4: 144 crops');
    // 25 of 100: 17.5 to 34.3 by Wilson.
    expect(cells('section:nth-of-type(4) tbody tr')).toContainEqual([
      ...['inception-v3', '12', '12', '19.8', '25.0 [17.5, 34.3]', '4.6', '4.0 [1.6, 9.8]', '100'],
    ]);
  });

  test('draws the ablations under their titles, each with its finding', () => {
    const headings = [...document.querySelectorAll('h3')];
    const heading = headings.find(({ textContent }) => textContent === 'A < B');
    expect(heading?.nextElementSibling?.textContent).toBe('Dead are 3 of 5 runs.');
    expect(heading?.nextElementSibling?.nextElementSibling?.id).toBe('made');
  });

  test('says what was run, on what, and escapes it', () => {
    const facts = document.querySelector('dl')?.textContent ?? '';
    for (const part of ['quick', '5,000 training', '2 epochs', 'tensorflow 2.9.1', '2026-01-02']) {
      expect(facts).toContain(part);
    }
    expect(facts).toContain('Test <CPU> & co');
    expect(facts).toContain('commit aaaaaaaaaaaa');
  });

  test('says which network ended lower and whether the seeds agree', () => {
    const main = document.querySelector('main')?.textContent?.replace(/\s+/g, ' ');
    expect(main).toContain(
      'inception-resnet-v1 has the lower mean top-1 error: 56.0 % against 63.4 %',
    );
    expect(main).toContain('Every seed of the one is below every seed of the other');
  });

  test('lists every run, also those that did not finish, with a link to its record', () => {
    const links = [...document.querySelectorAll('section:last-of-type a')];
    const targets = links.map((link) => resolve(dirname(file), link.getAttribute('href') ?? ''));
    expect(targets.sort()).toEqual(
      records.map(({ run }) => join(recordFolder, `${run.id}.jsonl`)).sort(),
    );
    expect(cells('section:last-of-type tbody tr').map((row) => row[2])).toContain('diverged');
  });
});

test('without a pair of networks there is no report, but the command to run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  const options = { recordFolder: folder, scale: 'quick', folder };
  const report = writeReport({ ...options, records: records.slice(0, 2) });
  await expect(report).rejects.toThrow(LabError);
  await expect(report).rejects.toThrow('npm run lab -- run convergence --scale quick');
});

import { describe, expect, it } from 'vitest';

import {
  errorSummaryMarkdown,
  errorTableMarkdown,
  errorTableText,
} from '../../experiments/errorTableTexts';
import { ERROR_TABLES, errorTable } from '../../lib/report/errorTables';
import { readPaper } from '../../lib/results/paper';
import { evaluation } from '../report/madeEvaluations';

const table = {
  number: 2,
  title: 'Table 2: one crop',
  cells: [
    ['network', 'here'],
    ['inception-v3', '12.3 [11.0, 13.9]'],
  ],
  conditions: 'CIFAR-10',
  notes: ['Errors in percent.', 'Others.'],
} as const;

describe('a table of errors', () => {
  it('is set in columns for a terminal', () => {
    expect(errorTableText(table).split('\n')).toEqual([
      ...['Table 2: one crop', ''],
      'network                    here',
      'inception-v3  12.3 [11.0, 13.9]',
      ...['', 'Errors in percent.', 'Others.'],
    ]);
  });

  it('is a Markdown file that says how it was made', () => {
    expect(errorTableMarkdown(table, 'Made by hand.').split('\n')).toEqual([
      ...['# Table 2: one crop', ''],
      '| network      |              here |',
      '| ------------ | ----------------: |',
      '| inception-v3 | 12.3 [11.0, 13.9] |',
      ...['', 'Errors in percent.', '', 'Others.', '', 'Made by hand.', ''],
    ]);
  });

  it('is summed up with the others for the README', () => {
    const evaluations = [
      evaluation({ networks: ['inception-v3'], crops: 1 }),
      evaluation({ networks: ['inception-v3'], crops: 144, misses: [20, 5] }),
      evaluation({
        networks: ['inception-v4', 'inception-resnet-v2'],
        crops: 144,
        misses: [10, 5],
      }),
    ];
    const tables = ERROR_TABLES.flatMap(
      (number) => errorTable(number, readPaper(), evaluations) ?? [],
    );
    const rows = errorSummaryMarkdown(tables)
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(rows.slice(2, 4).map((row) => row.slice(1, -1))).toEqual([
      ['inception-v3', '21.2', '30.0 [21.9, 39.6]', '-', '-', '18.9', '20.0 [13.3, 28.9]'],
      ['inception-resnet-v1', '21.3', '-', '-', '-', '18.8', '-'],
    ]);
    expect(rows.map((row) => row.slice(1, -1))).toContainEqual([
      'inception-v4 + 3x inception-resnet-v2, 2 models',
      ...['-', '-', '-', '-', '16.5', '10.0 [5.5, 17.4]'],
    ]);
  });
});

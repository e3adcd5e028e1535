import { describe, expect, it } from 'vitest';

import { errorTableMarkdown, errorTableText } from '../../experiments/errorTableTexts';

const table = {
  number: 2,
  title: 'Table 2: one crop',
  cells: [
    ['network', 'here'],
    ['inception-v3', '12.3 [11.0, 13.9]'],
  ],
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
});

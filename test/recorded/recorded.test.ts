import { describe, expect, it } from 'vitest';

import { CLAIMS } from '../../lib/claims/catalogue';
import { recordedFigure, recordedFinding } from '../../lib/recorded/figures';
import { claimRows, errorTableRows } from '../../lib/recorded/tables';
import { readPaper } from '../../lib/results/paper';

describe('figures of the records', () => {
  it('are those of the paper by number, and ablations by name', () => {
    expect(recordedFigure(21, 'standard').name).toBe('figure-21');
    expect(recordedFigure('zeros-by-step', 'standard').name).toBe('zeros-by-step');
    expect(recordedFinding('zeros-by-step', 'standard')).toMatch(/\d of \d+ \(no scaling\)/);
  });

  it('are refused with the names of all where there is none such', () => {
    expect(() => recordedFigure(27)).toThrow(/no figure "27".*21.*26.*zeros-by-step/);
    expect(() => recordedFinding('toString')).toThrow(/no figure "toString"/);
  });
});

describe('claims of the records', () => {
  it('stand beside what the paper says, each with a verdict', () => {
    const rows = claimRows('warmUp');
    const claims = CLAIMS.filter(({ experiment }) => experiment === 'warmUp');
    expect(rows.map(({ claim }) => claim)).toEqual(claims.map(({ title }) => title));
    expect(rows.map(({ paper }) => paper)).toEqual(claims.map((one) => one.expects(readPaper())));
    expect(rows.every(({ verdict }) => verdict !== '')).toBe(true);
  });

  it('are refused for what is no experiment', () => {
    expect(() => claimRows('toString' as 'warmUp')).toThrow(/"toString": expected one of conv/);
  });
});

describe("the paper's tables", () => {
  it('have its numbers and those here in columns by name', () => {
    const [ofTwo] = [errorTableRows(2, 'standard')];
    const printed = readPaper().table2.rows;
    expect(ofTwo.map((row) => [row.network, row['top-1, paper']])).toEqual(
      printed.map(({ network, top1 }) => [network, top1.toFixed(1)]),
    );
    expect(ofTwo.some((row) => /^\d+\.\d \[/.test(row['top-1, here']))).toBe(true);
  });

  it('are refused where the paper has none', () => {
    expect(() => errorTableRows(1 as 2)).toThrow(/Table 1 .*expected one of 2, 3, 4, 5/);
  });
});

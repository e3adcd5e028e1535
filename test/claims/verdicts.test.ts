import { describe, expect, it } from 'vitest';

import { verdictOfEffects, verdictOfRuns } from '../../lib/claims/verdicts';

describe('verdictOfEffects', () => {
  it.each([
    [[0.1, 0.5, 0.2], 'holds'],
    [[-0.1, 0.5, 0.2, 0.3], 'holds weaker'],
    [[-2, 0.5, 0.2, 0.3], 'not seen'],
    [[-0.1, 0.5, 0.2], 'not seen'],
    [[0.1, -0.5, -0.2, -0.3], 'not seen'],
    [[0, -0.5, -0.2], 'not seen'],
    [[-0.1, -0.5], 'contradicted'],
  ])('calls %j %s', (effects, verdict) => {
    expect(verdictOfEffects(effects)).toBe(verdict);
  });

  it('calls an effect weaker that every seed shows, but that is smaller than the paper says', () => {
    const reaches = (mean: number) => mean >= 0.4;
    expect(verdictOfEffects([0.5, 0.4], reaches)).toBe('holds');
    expect(verdictOfEffects([0.1, 0.2], reaches)).toBe('holds weaker');
  });
});

describe('verdictOfRuns', () => {
  it.each([
    [[true, true], 'holds'],
    [[true, false], 'holds weaker'],
    [[true, true, false], 'holds weaker'],
    [[true, false, false], 'not seen'],
    [[false, false], 'contradicted'],
  ])('calls %j %s', (happened, verdict) => {
    expect(verdictOfRuns(happened)).toBe(verdict);
  });
});

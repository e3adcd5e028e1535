import { describe, expect, test } from 'vitest';

import { LabError } from '../../lib/errors';
import { cellsOf, isAlike } from '../../lib/report/cells';
import { deadChannelsAt, isDead, zerosAt } from '../../lib/report/lastLayer';
import type { Remedy } from '../../lib/report/remedies';
import { findRemedy, REMEDIES, remedyOf } from '../../lib/report/remedies';
import { warmUpEnd } from '../../lib/report/warmUpEnd';
import { type StudyRun, studyRun } from './studyRecords';

describe('the outcome of a run', () => {
  test('is the mean of the last layer over steps 71 to 80, in percent', () => {
    const record = studyRun({ zeros: (step) => step / 100, dead: (step) => step / 1000 });
    // The mean of 71 to 80 is 75.5.
    expect(zerosAt(record)).toBeCloseTo(75.5, 10);
    expect(deadChannelsAt(record)).toBeCloseTo(7.55, 10);
  });

  test('counts the steps from the end of the warm-up', () => {
    const zeros = (step: number) => step / 1000;
    const warm = (warmUp: object) =>
      studyRun({
        zeros,
        steps: 300,
        settings: { warmUp: { kind: 'constant', learningRate: 0.001, ...warmUp } },
      });
    expect(zerosAt(warm({ steps: 100 }))).toBeCloseTo(17.55, 10);
    // Two epochs of 50 steps.
    expect(zerosAt(warm({ epochs: 2 }))).toBeCloseTo(17.55, 10);
  });

  test('a warm-up until the error is low ends with the last step at the low rate', () => {
    const settings = { warmUp: { kind: 'constant' as const, learningRate: 0.01, untilError: 80 } };
    const made: StudyRun = { settings, steps: 200, zeros: (step) => step / 1000 };
    const record = studyRun({ ...made, rateOfStep: (step) => (step <= 69 ? 0.01 : 0.1) });
    expect(warmUpEnd(record)).toBe(69);
    expect(zerosAt(record)).toBeCloseTo(14.45, 10);
    const gap = { ...record, probes: record.probes.filter(({ step }) => step !== 69) };
    expect(zerosAt(gap)).toBeUndefined();
    expect(zerosAt(studyRun({ ...made, rateOfStep: () => 0.01 }))).toBeUndefined();
  });

  test('is dead from 99 % zeros on', () => {
    expect(isDead(studyRun({ zeros: () => 0.9899 }))).toBe(false);
    expect(isDead(studyRun({ zeros: () => 0.9901 }))).toBe(true);
  });

  test('is unknown of a run that is too short or not probed at each step', () => {
    const short = studyRun({ steps: 50 });
    expect([zerosAt(short), deadChannelsAt(short), isDead(short)]).toEqual(
      Array(3).fill(undefined),
    );
    const whole = studyRun({});
    const gap = { ...whole, probes: whole.probes.filter(({ step }) => step !== 75) };
    expect(zerosAt(gap)).toBeUndefined();
  });
});

describe('cells', () => {
  const records = [
    studyRun({ seed: 4 }),
    studyRun({ seed: 3 }),
    studyRun({ seed: 3, scale: 0.1 }),
    studyRun({ seed: 5, status: 'stopped' }),
    studyRun({ seed: 6, status: 'died' }),
  ];

  test('hold the runs that differ in the seed alone, by seed; stopped ones are left out', () => {
    const seeds = cellsOf(records).map((cell) => cell.records.map(({ run }) => run.config.seed));
    expect(seeds).toHaveLength(2);
    expect(seeds).toEqual(expect.arrayContaining([[3, 4, 6], [3]]));
    expect(cellsOf(records)[0].config).not.toHaveProperty('seed');
  });

  test('are in an order that does not depend on that of the records', () => {
    expect(cellsOf([...records].reverse())).toEqual(cellsOf(records));
  });

  test('take the newest run of a seed', () => {
    const newer = studyRun({ seed: 3, startedAt: '2026-02-01T00:00:00.000Z', finalLoss: 1 });
    const [cell] = cellsOf([newer, studyRun({ seed: 3 })]);
    expect(cell.records).toEqual([newer]);
  });

  test('are alike apart from the settings that are named', () => {
    const [a, b] = [studyRun({}), studyRun({ scale: 0.1, optimizer: { linearRate: 100 } })].map(
      (record) => cellsOf([record])[0].config,
    );
    expect(isAlike(a, b, ['network.residualScale', 'optimizer.linearRate'])).toBe(true);
    expect(isAlike(a, b, ['network.residualScale'])).toBe(false);
  });
});

describe('remedies', () => {
  const warmUp = (learningRate: number, length: object = { steps: 100 }) => ({
    settings: { warmUp: { kind: 'constant' as const, learningRate, ...length } },
  });
  const arms: readonly (readonly [Remedy, StudyRun])[] = [
    ['nothing', {}],
    ['nothing', { filters: 1792, rate: 0.045 }],
    ['warm-up at 1e-5', warmUp(0.00001)],
    ['warm-up at 1/100 of the rate', warmUp(0.001)],
    ['warm-up at 1/100 of the rate', { rate: 0.045, ...warmUp(0.00045) }],
    ['long warm-up (He et al.)', warmUp(0.01, { untilError: 80 })],
    ['lower learning rate', { rate: 0.01 }],
    ['extra batch norm', { network: { lastBatchNorm: true } }],
    ['gradient clipping', { settings: { gradientClip: 2 } }],
    ['scaling 0.1', { scale: 0.1 }],
  ];

  test.each(arms)('"%s" is read off the config', (remedy, made) => {
    expect(remedyOf(studyRun(made).run.config)).toBe(remedy);
  });

  test('every remedy has an arm', () => {
    expect(new Set(arms.map(([remedy]) => remedy))).toEqual(new Set(REMEDIES));
  });

  test.each([
    ['two remedies', { scale: 0.1, rate: 0.01 }],
    ['another scale', { scale: 0.3 }],
    ['another warm-up', warmUp(0.02)],
  ])('a config with %s is none of them', (_, made: StudyRun) => {
    const { config } = studyRun(made).run;
    expect(findRemedy(config)).toBeUndefined();
    expect(() => remedyOf(config)).toThrow(LabError);
    expect(() => remedyOf(config)).toThrow('expected one of nothing, warm-up at 1e-5');
  });
});

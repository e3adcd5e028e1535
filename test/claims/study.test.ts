import { describe, expect, it } from 'vitest';

import type { RunRecord } from '../../lib/results/record';
import { type StudyRun, studyRun } from '../report/studyRecords';
import { measured } from './judged';

const dead = { zeros: () => 1, dead: () => 1 };
const alive = { zeros: () => 0.6, dead: () => 0.05 };

const scaling = (...made: StudyRun[]) => ({ runs: { residualScaling: made.map(studyRun) } });

describe('the claims on dying', () => {
  it('counts dead runs of the regime without scaling, whatever other runs there are', () => {
    const records = scaling(
      ...[3, 4, 5].map((seed) => ({ seed, zeros: () => (seed === 5 ? 0.98 : 0.995) })),
      { ...alive, filters: 256 },
      { ...alive, rate: 0.02 },
      { ...alive, scale: 0.1 },
      { ...alive, repeats: { a: 2, b: 2, c: 5 } },
      { ...alive, steps: 1250 },
      { ...alive, optimizer: { linearRate: 0.01 } },
    );
    expect(measured('dies-unscaled', records)).toMatchObject({
      value: '2 of 3 dead; zeros 99.0 (98.0 to 99.5) %',
      runs: '3 runs',
      verdict: 'holds weaker',
    });
  });

  it('wants runs of all three scales to say that scaling stabilises', () => {
    const two = [0.3, 0.2].map((scale) => ({ ...alive, scale }));
    expect(measured('scaling-stabilises', scaling(...two))).toBeUndefined();
    const of = (last: StudyRun) => measured('scaling-stabilises', scaling(...two, last))?.verdict;
    expect(of({ ...alive, scale: 0.1 })).toBe('holds');
    expect(of({ ...dead, scale: 0.1 })).toBe('holds weaker');
    expect(of({ scale: 0.1, steps: 50, status: 'diverged' })).toBe('holds weaker');
  });

  it('tells whether a rate of the linear layers stands in for the scale', () => {
    const slow = { optimizer: { linearRate: 0.01 } };
    const fast = { optimizer: { linearRate: 100 }, scale: 0.1 };
    expect(measured('mechanism-slow-linear', scaling({ ...alive, ...slow }))?.verdict).toBe(
      'holds',
    );
    expect(measured('mechanism-slow-linear', scaling({ ...dead, ...slow }))?.verdict).toBe(
      'contradicted',
    );
    expect(measured('mechanism-fast-linear', scaling({ ...dead, ...fast }))?.verdict).toBe('holds');
  });
});

describe('the claim on 1000 filters', () => {
  const verdict = (...deaths: [filters: number, rate: number, isDead: boolean][]) =>
    measured(
      'thousand-filters',
      scaling(
        ...deaths.map(([filters, rate, isDead]) => ({
          ...(isDead ? dead : alive),
          ...{ filters, rate },
        })),
      ),
    )?.verdict;

  it('holds when only wider networks die', () => {
    expect(verdict([512, 0.1, false], [1792, 0.1, true])).toBe('holds');
  });

  it('is weaker when there is such a rate beside others at which all die', () => {
    expect(
      verdict([512, 0.1, true], [1792, 0.1, true], [512, 0.02, false], [1792, 0.02, true]),
    ).toBe('holds weaker');
  });

  it('is contradicted when narrower ones die more often, and not seen without any difference', () => {
    expect(verdict([512, 0.1, true], [1792, 0.1, false])).toBe('contradicted');
    expect(verdict([512, 0.1, true], [1792, 0.1, true])).toBe('not seen');
    expect(verdict([512, 0.1, false], [1792, 0.1, false])).toBe('not seen');
  });
});

describe('the claims on rate, time and harm', () => {
  it('follows the networks that die at 0.1 down to 0.01', () => {
    const at = (rate: number, isDead: boolean, seed: number) => ({
      ...(isDead ? dead : alive),
      ...{ rate, seed },
    });
    const records = [at(0.1, true, 3), at(0.01, false, 3), at(0.1, false, 4), at(0.01, true, 4)];
    expect(measured('lower-rate', scaling(...records))).toMatchObject({
      value: 'of those that die at 0.1, 0 of 1 dead at 0.01',
      verdict: 'contradicted',
    });
  });

  it('looks at the end of long runs that were dead by the rule', () => {
    const recovers = (step: number) => (step < 500 ? 1 : 0.9);
    const records = scaling(
      { steps: 1250, seed: 3, zeros: () => 1 },
      { steps: 1250, seed: 4, zeros: recovers },
      { steps: 1250, seed: 5, zeros: () => 0.5 },
      { steps: 100, seed: 6, zeros: () => 1 },
    );
    expect(measured('death-lasts', records)).toMatchObject({
      value: '1 of 2 dead at the end; zeros 95.0 (90.0 to 100.0) %',
      verdict: 'holds weaker',
    });
  });

  it('asks of the same runs whether they guess', () => {
    const ends = (error: number, seed: number): RunRecord => {
      const record = studyRun({ ...dead, steps: 1250, seed });
      const epochs = record.epochs.map((line) => ({ ...line, rawTop1Error: error }));
      return { ...record, epochs };
    };
    const learning = (...errors: number[]) =>
      measured('dead-learns-nothing', { runs: { residualScaling: errors.map(ends) } });
    // Of ten classes 90 % are guessed wrong.
    expect(learning(90, 86)).toMatchObject({
      value: 'top-1 error 88.0 (86.0 to 90.0) %',
      details: 'Guessing gives 90.0 %.',
      verdict: 'holds',
    });
    expect(learning(60, 58)?.verdict).toBe('contradicted');
    expect(learning(60, 90)?.verdict).toBe('holds weaker');
  });

  it('compares living networks with and without scaling', () => {
    const ends = (error: number, made: StudyRun): RunRecord => {
      const record = studyRun({ ...alive, ...made });
      return {
        ...record,
        epochs: record.epochs.map((line) => ({ ...line, rawTop1Error: error })),
      };
    };
    const harm = (...errors: number[]) =>
      measured('scaling-harmless', {
        runs: {
          residualScaling: errors.flatMap((error, seed) => [
            ends(60, { seed, rate: 0.01 }),
            ends(error, { seed, rate: 0.01, scale: 0.1 }),
          ]),
        },
      });
    expect(harm(61, 57)).toMatchObject({
      value: '-1.0 (-3.0 to +1.0) points of error',
      verdict: 'holds',
    });
    expect(harm(61, 60)?.verdict).toBe('holds weaker');
    expect(harm(65, 59)?.verdict).toBe('not seen');
    expect(harm(65, 64)?.verdict).toBe('contradicted');
  });
});

describe('the claims on remedies', () => {
  const warmUp = (rate: number): StudyRun => ({
    steps: 400,
    settings: { warmUp: { kind: 'constant', learningRate: rate, steps: 100 } },
  });
  const arms = (...made: StudyRun[]) => ({ runs: { warmUp: made.map(studyRun) } });
  const nothing = { ...dead, steps: 400 };

  it('judges a warm-up 71 to 80 steps after its end', () => {
    const zeros = (step: number) => (step > 170 && step <= 180 ? 1 : 0.5);
    const records = arms(nothing, { ...warmUp(0.00001), zeros });
    expect(measured('warm-up-insufficient', records)).toMatchObject({
      value: '1 of 1 dead; zeros 100.0 %',
      verdict: 'holds',
    });
  });

  it('leaves out widths whose untreated runs live', () => {
    const records = arms(
      { ...alive, filters: 1792 },
      { ...dead, ...warmUp(0.00001), filters: 1792 },
    );
    expect(measured('warm-up-insufficient', records)).toBeUndefined();
  });

  it('judges batch normalisation and clipping by opposite expectations', () => {
    const clipped = { ...alive, settings: { gradientClip: 2 } };
    const normalised = { ...alive, network: { lastBatchNorm: true } };
    const records = arms(nothing, clipped, normalised);
    expect(measured('clipping', records)?.verdict).toBe('holds');
    expect(measured('extra-batch-norm', records)?.verdict).toBe('contradicted');
  });

  it('sets scaling beside all warm-ups', () => {
    const scaled = { ...alive, scale: 0.1 };
    const reliable = (...made: StudyRun[]) =>
      measured('scaling-more-reliable', arms(nothing, ...made))?.verdict;
    expect(reliable(scaled, { ...dead, ...warmUp(0.00001) })).toBe('holds');
    expect(reliable(scaled, { ...dead, ...warmUp(0.00001) }, { ...alive, ...warmUp(0.001) })).toBe(
      'holds weaker',
    );
    expect(reliable(scaled, { ...alive, ...warmUp(0.001) })).toBe('not seen');
    expect(reliable({ ...dead, scale: 0.1 }, { ...alive, ...warmUp(0.001) })).toBe('contradicted');
  });

  it('takes one death after a long warm-up, or one at a hundredth of the rate, for a chance', () => {
    const long: StudyRun = {
      steps: 400,
      settings: { warmUp: { kind: 'constant', learningRate: 0.01, untilError: 80 } },
      rateOfStep: (step) => (step <= 69 ? 0.01 : 0.1),
    };
    const chance = (...made: StudyRun[]) =>
      measured('high-rate-destroys', arms(nothing, ...made))?.verdict;
    expect(chance({ ...dead, ...warmUp(0.001) })).toBeUndefined();
    expect(chance({ ...alive, ...warmUp(0.001) }, { ...long, ...alive })).toBe('contradicted');
    expect(chance({ ...alive, ...warmUp(0.001) }, { ...long, ...dead })).toBe('holds');
  });
});

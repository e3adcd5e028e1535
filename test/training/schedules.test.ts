import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { shouldStopEarly } from '../../lib/training/earlyStopping';
import {
  learningRateAt,
  type LearningRateSettings,
  type WarmUp,
  warmUpSteps,
} from '../../lib/training/schedules';

const paper = { learningRate: 0.045, decayRate: 0.94, decayEpochs: 2 };
const STEPS_PER_EPOCH = 10;

function rates(settings: Partial<LearningRateSettings>, steps: readonly number[]): number[] {
  const all = { optimizer: paper, epochs: 20, ...settings };
  return steps.map((step) => learningRateAt(all, step, STEPS_PER_EPOCH));
}

function expectRates(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((rate, i) => expect(rate).toBeCloseTo(expected[i], 12));
}

describe('learningRateAt', () => {
  it('falls by 0.94 every two epochs', () => {
    const expected = [0.045, 0.045, 0.0423, 0.0423, 0.039762];
    expectRates(rates({}, [0, 19, 20, 39, 40]), expected);
  });

  it('falls within an epoch when it falls every two and a half, as slim has it', () => {
    const optimizer = { ...paper, decayEpochs: 2.5 };
    expectRates(rates({ optimizer }, [24, 25, 49, 50]), [0.045, 0.0423, 0.0423, 0.039762]);
  });

  it('follows half a cosine: all, 85.4 %, half, 14.6 %, and nearly nothing at the last step', () => {
    const share = Math.SQRT1_2;
    const expected = [1, (1 + share) / 2, 0.5, (1 - share) / 2].map((part) => 0.045 * part);
    expectRates(rates({ schedule: 'cosine' }, [0, 50, 100, 150]), expected);
    const [last] = rates({ schedule: 'cosine' }, [199]);
    expect(last).toBeGreaterThan(0);
    expect(last).toBeLessThan(0.045 * 1e-4);
  });

  it('stays', () => {
    expect(rates({ schedule: 'constant' }, [0, 50, 199])).toEqual([0.045, 0.045, 0.045]);
  });

  it('stays low in the first of two phases, and is then where it would be without', () => {
    const warmUp: WarmUp = { kind: 'constant', learningRate: 1e-5, epochs: 2.5 };
    expectRates(rates({ warmUp }, [0, 24, 25, 40]), [1e-5, 1e-5, 0.0423, 0.039762]);
  });

  it('rises in equal steps to the rate that it meets', () => {
    const warmUp: WarmUp = { kind: 'linear', learningRate: 0.005, steps: 4 };
    const expected = [0.005, 0.015, 0.025, 0.035, 0.045];
    expectRates(rates({ warmUp }, [0, 1, 2, 3, 4]), expected);
  });

  it('stays low until the step at which an error was reached, and then for good at the schedule', () => {
    const warmUp: WarmUp = { kind: 'constant', learningRate: 0.01, untilError: 80 };
    expectRates(rates({ warmUp }, [0, 199]), [0.01, 0.01]);
    const all = { optimizer: paper, epochs: 20, warmUp };
    const after = [24, 25, 40].map((step) => learningRateAt(all, step, STEPS_PER_EPOCH, 25));
    expectRates(after, [0.01, 0.0423, 0.039762]);
  });

  it('counts a warm-up in steps or epochs', () => {
    const low = { kind: 'constant', learningRate: 0 } as const;
    expect(warmUpSteps({ ...low, steps: 7 }, STEPS_PER_EPOCH)).toBe(7);
    expect(warmUpSteps({ ...low, epochs: 0.7 }, STEPS_PER_EPOCH)).toBe(7);
  });
});

describe('shouldStopEarly', () => {
  it.each([
    [[50, 40, 30], 2, 0, false],
    [[50, 40, 40], 2, 0, false],
    [[50, 40, 40, 41], 2, 0, true],
    [[50, 40, 45, 39, 40], 2, 0, false],
    [[50, 49.5, 48.9], 2, 1, false],
    [[50, 49.5, 49.2], 2, 1, true],
    [[], 1, 0, false],
  ])('of errors %j with patience %i and delta %d: %s', (errors, patience, delta, stops) => {
    expect(shouldStopEarly({ patience, minimumDelta: delta }, errors)).toBe(stops);
  });

  it('never before there are more epochs than it waits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true })),
        fc.nat(20),
        (errors, more) => {
          expect(shouldStopEarly({ patience: errors.length + more || 1 }, errors)).toBe(false);
        },
      ),
    );
  });
});

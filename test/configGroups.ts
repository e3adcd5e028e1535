import fc from 'fast-check';

import { double, NOT_WHOLE, rate, type Setting, steps } from './configSettings';

export const WARM_UP: Setting = {
  key: 'warmUp',
  right: fc.oneof(
    fc.record({ kind: fc.constantFrom('constant', 'linear'), learningRate: rate, steps }),
    fc.record({
      kind: fc.constantFrom('constant', 'linear'),
      learningRate: rate,
      epochs: double(0.01, 9),
    }),
    fc.record({
      kind: fc.constant('constant'),
      learningRate: rate,
      untilError: double(0.01, 100),
    }),
  ),
  wrong: fc.oneof(
    fc.record({ kind: fc.constant('linear'), learningRate: rate, steps, epochs: steps }),
    fc.record({ kind: fc.constant('constant'), learningRate: rate, steps, untilError: steps }),
    fc.record({ kind: fc.constant('linear'), learningRate: rate, untilError: steps }),
    fc.record({
      kind: fc.constant('constant'),
      learningRate: rate,
      untilError: fc.oneof(double(-9, 0), double(100.001, 1e300)),
    }),
    fc.record({ kind: fc.constant('linear'), learningRate: rate }),
    fc.record({ kind: fc.constant('cosine'), learningRate: rate, steps }),
    fc.record({ kind: fc.constant('linear'), steps }),
    fc.record({ kind: fc.constant('linear'), learningRate: double(-9, -1e-9), steps }),
    fc.record({ kind: fc.constant('linear'), learningRate: rate, steps: NOT_WHOLE }),
    fc.record({ kind: fc.constant('linear'), learningRate: rate, steps, [' steps']: steps }),
    fc.constantFrom('linear', 5, true, [], [1]),
  ),
};

export const EARLY_STOPPING: Setting = {
  key: 'earlyStopping',
  right: fc.record(
    { patience: steps, minimumDelta: double(0, 100) },
    { requiredKeys: ['patience'] },
  ),
  wrong: fc.oneof(
    fc.record({ patience: NOT_WHOLE }),
    fc.record({ minimumDelta: double(1e-9, 100) }),
    fc.record({ patience: steps, minimumDelta: double(-9, -1e-9) }),
    fc.record({ patience: steps, delta: rate }),
    fc.constantFrom(3, 'yes', [3]),
  ),
};

export const STABILITY: Setting = {
  key: 'stability',
  right: fc.record(
    {
      every: fc.integer({ min: 0, max: 9 }),
      lastLayerEvery: fc.integer({ min: 0, max: 9 }),
      diedAfter: steps,
    },
    { requiredKeys: [] },
  ),
  wrong: fc.oneof(
    fc.record({ every: NOT_WHOLE }),
    fc.record({ lastLayerEvery: NOT_WHOLE }),
    fc.record({ diedAfter: fc.oneof(NOT_WHOLE, fc.constant(0)) }),
    fc.record({ everyStep: steps }),
    fc.constantFrom(0, false, [100]),
  ),
};

export const PER_STAGE = (
  key: string,
  each: fc.Arbitrary<number>,
  wrong: fc.Arbitrary<unknown>,
): Setting => ({
  key,
  right: fc.record({ a: each, b: each, c: each }, { requiredKeys: [] }),
  wrong: fc.oneof(
    fc.record({ a: wrong }),
    fc.record({ b: each, c: wrong }),
    fc.record({ d: each }),
    fc.constantFrom(1, 'a', [1, 1, 1], null),
  ),
});

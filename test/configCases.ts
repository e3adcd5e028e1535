import fc from 'fast-check';

/** A setting, and values of which a person would say that they are right or wrong for it by themselves. */
export interface Setting {
  readonly key: string;
  readonly right: fc.Arbitrary<unknown>;
  readonly wrong: fc.Arbitrary<unknown>;
}

/** Something given for a key, and whether it is right. */
export interface Given {
  readonly key: string;
  readonly value: unknown;
  readonly isRight: boolean;
}

/** Mostly what goes with the other settings, too. */
const mostly = <T>(usual: T, all: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: all });
const double = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const NOT_FINITE = fc.constantFrom(NaN, Infinity, -Infinity);
const NOT_A_NUMBER = fc.oneof(
  NOT_FINITE,
  fc.constantFrom('3', '', true, [], [1], {}, { a: 1 }, 3n, () => 3),
);
const NOT_WHOLE = fc.oneof(NOT_A_NUMBER, fc.constantFrom(0.5, 1e300, -1, -1e9, 2 ** 53));
const FAR = [1e-300, 1e-30, 1e30, 1e300];

const whole = (key: string, right: fc.Arbitrary<number>): Setting => ({
  ...{ key, right, wrong: fc.oneof(NOT_WHOLE, fc.constant(0)) },
});
const share = (key: string): Setting => ({
  ...{
    key,
    right: double(0, 0.999999),
    wrong: fc.oneof(NOT_A_NUMBER, double(1, 1e300), double(-1e300, -1e-300)),
  },
});
const positive = (key: string, right: fc.Arbitrary<number>): Setting => ({
  key,
  right: fc.oneof(right, fc.constantFrom(...FAR)),
  wrong: fc.oneof(NOT_A_NUMBER, double(-1e300, 0)),
});
const oneOf = (key: string, ...words: readonly string[]): Setting => ({
  key,
  right: fc.constantFrom(...words),
  wrong: fc.oneof(
    fc.string().filter((text) => !words.includes(text)),
    fc.constantFrom(1, true, [words[0]], { [words[0]]: 1 }, 'toString', '__proto__'),
  ),
});
const flag = (key: string): Setting => ({
  ...{ key, right: fc.boolean(), wrong: fc.constantFrom(0, 1, 'true', '', [], {}, NaN) },
});
/** An optional setting: null and undefined leave it out. */
const optional = ({ key, right, wrong }: Setting): Setting => ({
  ...{
    key,
    right: fc.oneof({ weight: 4, arbitrary: right }, fc.constantFrom(null, undefined)),
    wrong,
  },
});
/** One that must be there. */
const required = ({ key, right, wrong }: Setting): Setting => ({
  ...{ key, right, wrong: fc.oneof(wrong, fc.constantFrom(null, undefined)) },
});

const rate = double(0, 1);
const steps = fc.integer({ min: 1, max: 9 });

const WARM_UP: Setting = {
  key: 'warmUp',
  right: fc.oneof(
    fc.record({ kind: fc.constantFrom('constant', 'linear'), learningRate: rate, steps }),
    fc.record({
      kind: fc.constantFrom('constant', 'linear'),
      learningRate: rate,
      epochs: double(0.01, 9),
    }),
  ),
  wrong: fc.oneof(
    fc.record({ kind: fc.constant('linear'), learningRate: rate, steps, epochs: steps }),
    fc.record({ kind: fc.constant('linear'), learningRate: rate }),
    fc.record({ kind: fc.constant('cosine'), learningRate: rate, steps }),
    fc.record({ kind: fc.constant('linear'), steps }),
    fc.record({ kind: fc.constant('linear'), learningRate: double(-9, -1e-9), steps }),
    fc.record({ kind: fc.constant('linear'), learningRate: rate, steps: NOT_WHOLE }),
    fc.record({ kind: fc.constant('linear'), learningRate: rate, steps, [' steps']: steps }),
    fc.constantFrom('linear', 5, true, [], [1]),
  ),
};

const EARLY_STOPPING: Setting = {
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

const STABILITY: Setting = {
  key: 'stability',
  right: fc.record(
    { every: fc.integer({ min: 0, max: 9 }), diedAfter: steps },
    { requiredKeys: [] },
  ),
  wrong: fc.oneof(
    fc.record({ every: NOT_WHOLE }),
    fc.record({ diedAfter: fc.oneof(NOT_WHOLE, fc.constant(0)) }),
    fc.record({ everyStep: steps }),
    fc.constantFrom(0, false, [100]),
  ),
};

const PER_STAGE = (
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

/** Every setting of a config. */
export const SETTINGS: readonly Setting[] = [
  required(
    oneOf(
      'network.name',
      'inception-v3',
      'inception-v4',
      'inception-resnet-v1',
      'inception-resnet-v2',
    ),
  ),
  required(
    oneOf(
      'network.form',
      'small',
      'published',
      'paper',
      'paper-r2',
      'paper-10-20-10',
      'paper-r2-10-20-10',
    ),
  ),
  required(whole('network.inputSize', mostly(32, fc.integer({ min: 1, max: 100 })))),
  required({
    ...whole('network.classes', mostly(10, fc.integer({ min: 2, max: 20 }))),
    wrong: fc.oneof(NOT_WHOLE, fc.constantFrom(0, 1)),
  }),
  optional(flag('network.auxiliaryHead')),
  required({
    ...positive('network.width', double(1e-300, 0.1)),
    right: double(1e-300, 0.1),
    wrong: fc.oneof(NOT_A_NUMBER, double(-1e300, 0), fc.constantFrom(1e300, 101)),
  }),
  PER_STAGE('network.repeats', fc.integer({ min: 0, max: 2 }), NOT_WHOLE),
  PER_STAGE('network.residualScale', double(-1e300, 1e300), NOT_A_NUMBER),
  required({
    ...positive('network.dropoutKeep', rate),
    right: double(1e-300, 1),
    wrong: fc.oneof(NOT_A_NUMBER, double(-1e300, 0), double(1.0001, 1e300)),
  }),
  required(oneOf('data.name', 'synthetic')),
  required(whole('data.trainImages', mostly(64, fc.integer({ min: 1, max: 600 })))),
  required(whole('data.testImages', fc.integer({ min: 1, max: 140 }))),
  required(flag('data.augment')),
  optional(oneOf('optimizer.name', 'rmsprop', 'momentum')),
  required(
    positive(
      'optimizer.learningRate',
      rate.filter((value) => value > 0),
    ),
  ),
  required({
    ...positive('optimizer.decayRate', rate),
    right: double(1e-300, 1),
    wrong: fc.oneof(NOT_A_NUMBER, double(-1e300, 0), double(1.0001, 1e300)),
  }),
  required(positive('optimizer.decayEpochs', double(0.01, 100))),
  ...[
    'optimizer.decay',
    'optimizer.momentum',
    'labelSmoothing',
    'batchNormDecay',
    'averageDecay',
  ].map((key) => required(share(key))),
  required(positive('optimizer.epsilon', double(1e-9, 10))),
  optional(oneOf('schedule', 'exponential', 'cosine', 'constant')),
  optional(WARM_UP),
  optional(positive('gradientClip', double(1e-3, 100))),
  ...['weightDecay', 'auxiliaryLossWeight'].map((key) =>
    optional({
      key,
      right: fc.oneof(double(0, 10), fc.constantFrom(...FAR)),
      wrong: fc.oneof(NOT_A_NUMBER, double(-1e300, -1e-300)),
    }),
  ),
  required(whole('batchSize', fc.integer({ min: 1, max: 40 }))),
  optional(
    whole('accumulation', mostly(2, fc.oneof(steps, fc.integer({ min: 1, max: 2 ** 53 - 1 })))),
  ),
  required(whole('epochs', fc.integer({ min: 1, max: 2 ** 53 - 1 }))),
  optional(EARLY_STOPPING),
  optional(STABILITY),
  required({ ...whole('seed', fc.integer({ min: 0, max: 2 ** 53 - 1 })), wrong: NOT_WHOLE }),
  required(oneOf('backend', 'auto', 'tensorflow', 'wasm')),
  optional(oneOf('execution', 'compiled', 'eager')),
  optional(oneOf('precision', 'float32', 'bfloat16')),
];

/** Keys that do not exist, and groups that are none. */
const UNKNOWN: fc.Arbitrary<Given> = fc
  .oneof(
    fc.tuple(
      fc.string({ minLength: 1 }).map((text) => `${text}x`),
      fc.anything(),
    ),
    fc.tuple(
      fc.constantFrom('epoch', 'network.depth', 'constructor', '__proto__x', 'data.', '.epochs'),
      fc.constantFrom<unknown>(1, null, {}),
    ),
    fc.tuple(
      fc.constantFrom('network', 'data', 'optimizer', 'network.residualScale'),
      fc.constantFrom<unknown>(1, null, 'a', [], [1], { depth: 3 }, { toString: 1 }),
    ),
  )
  .map(([key, value]) => ({ key, value, isRight: false }));

function given({ key, right, wrong }: Setting): fc.Arbitrary<Given> {
  return fc.oneof(
    { weight: 11, arbitrary: right.map((value) => ({ key, value, isRight: true })) },
    { weight: 1, arbitrary: wrong.map((value) => ({ key, value, isRight: false })) },
  );
}

/** What somebody may ask for: up to seven settings, right and wrong ones, and now and then one that does not exist. */
export const GIVEN: fc.Arbitrary<readonly Given[]> = fc
  .tuple(
    fc
      .shuffledSubarray([...SETTINGS], { maxLength: 7 })
      .chain((chosen) => fc.tuple(...chosen.map(given))),
    fc.oneof({ weight: 19, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: UNKNOWN }),
  )
  .map(([known, unknown]) => (unknown ? [...known, unknown] : known));

import fc from 'fast-check';

import { EARLY_STOPPING, PER_STAGE, STABILITY, WARM_UP } from './configGroups';
import {
  double,
  FAR,
  flag,
  mostly,
  NOT_A_NUMBER,
  NOT_WHOLE,
  oneOf,
  optional,
  positive,
  rate,
  required,
  type Setting,
  share,
  steps,
  whole,
} from './configSettings';

/** Something given for a key, and whether it is right. */
export interface Given {
  readonly key: string;
  readonly value: unknown;
  readonly isRight: boolean;
}

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
  optional(oneOf('data.crops', 'shift', 'randomSize')),
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
  optional(positive('optimizer.linearRate', double(0.01, 10))),
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
  required({ ...whole('seed', fc.integer({ min: 0, max: 2 ** 31 - 1 })), wrong: NOT_WHOLE }),
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

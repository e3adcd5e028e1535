import fc from 'fast-check';

/** A setting, and values of which a person would say that they are right or wrong for it by themselves. */
export interface Setting {
  readonly key: string;
  readonly right: fc.Arbitrary<unknown>;
  readonly wrong: fc.Arbitrary<unknown>;
}

/** Mostly what goes with the other settings, too. */
export const mostly = <T>(usual: T, all: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: all });
export const double = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const NOT_FINITE = fc.constantFrom(NaN, Infinity, -Infinity);
export const NOT_A_NUMBER = fc.oneof(
  NOT_FINITE,
  fc.constantFrom('3', '', true, [], [1], {}, { a: 1 }, 3n, () => 3),
);
export const NOT_WHOLE = fc.oneof(NOT_A_NUMBER, fc.constantFrom(0.5, 1e300, -1, -1e9, 2 ** 53));
export const FAR = [1e-300, 1e-30, 1e30, 1e300];

export const whole = (key: string, right: fc.Arbitrary<number>): Setting => ({
  ...{ key, right, wrong: fc.oneof(NOT_WHOLE, fc.constant(0)) },
});
export const share = (key: string): Setting => ({
  ...{
    key,
    right: double(0, 0.999999),
    wrong: fc.oneof(NOT_A_NUMBER, double(1, 1e300), double(-1e300, -1e-300)),
  },
});
export const positive = (key: string, right: fc.Arbitrary<number>): Setting => ({
  key,
  right: fc.oneof(right, fc.constantFrom(...FAR)),
  wrong: fc.oneof(NOT_A_NUMBER, double(-1e300, 0)),
});
export const oneOf = (key: string, ...words: readonly string[]): Setting => ({
  key,
  right: fc.constantFrom(...words),
  wrong: fc.oneof(
    fc.string().filter((text) => !words.includes(text)),
    fc.constantFrom(1, true, [words[0]], { [words[0]]: 1 }, 'toString', '__proto__'),
  ),
});
export const flag = (key: string): Setting => ({
  ...{ key, right: fc.boolean(), wrong: fc.constantFrom(0, 1, 'true', '', [], {}, NaN) },
});
/** An optional setting: null and undefined leave it out. */
export const optional = ({ key, right, wrong }: Setting): Setting => ({
  ...{
    key,
    right: fc.oneof({ weight: 4, arbitrary: right }, fc.constantFrom(null, undefined)),
    wrong,
  },
});
/** One that must be there. */
export const required = ({ key, right, wrong }: Setting): Setting => ({
  ...{ key, right, wrong: fc.oneof(wrong, fc.constantFrom(null, undefined)) },
});

export const rate = double(0, 1);
export const steps = fc.integer({ min: 1, max: 9 });

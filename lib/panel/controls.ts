/** What a choice offers. */
export type ChoiceValue = number | string | boolean;

/** A slider whose positions are numbers. */
export interface SliderControl {
  readonly kind: 'slider';
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly value?: number;
}

/** A slider whose positions are powers: as far from 0.01 to 0.1 as from 0.1 to 1. */
export interface LogControl {
  readonly kind: 'log';
  readonly min: number;
  readonly max: number;
  readonly value?: number;
}

/** One of a few values. */
export interface ChoiceControl {
  readonly kind: 'choice';
  readonly options: readonly ChoiceValue[];
  readonly value?: ChoiceValue;
}

export type Control = SliderControl | LogControl | ChoiceControl;

/**
 * A slider from `min` to `max` for a control panel (`lab.controls`).
 *
 * `value` is where it begins: unless given at the run's own setting where that is in range, else at `min`. `step` is how far
 * apart its positions are (default: a hundredth of the range).
 */
export function slider(
  min: number,
  max: number,
  options: { readonly value?: number; readonly step?: number } = {},
): SliderControl {
  return { kind: 'slider', min, max, ...options };
}

/** A logarithmic slider from `min`, above 0, to `max`; `value` as in `slider`. */
export function log(
  min: number,
  max: number,
  options: { readonly value?: number } = {},
): LogControl {
  return { kind: 'log', min, max, ...options };
}

/** A choice among some values; `value` is the first one chosen: unless given the run's own setting, else the first of them. */
export function choice(
  options: readonly ChoiceValue[],
  { value }: { readonly value?: ChoiceValue } = {},
): ChoiceControl {
  return { kind: 'choice', options, ...(value !== undefined && { value }) };
}

/** Throws an error that names what of a value a control does not take; `fail` makes the error. */
export function checkValue(
  control: Control,
  value: unknown,
  fail: (message: string) => Error,
): asserts value is ChoiceValue {
  if (control.kind === 'choice') {
    if (!control.options.includes(value as ChoiceValue)) {
      throw fail(`${JSON.stringify(value)}: expected one of ${control.options.join(', ')}`);
    }
    return;
  }
  const { min, max } = control;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max) {
    throw fail(`${JSON.stringify(value)}: expected a number from ${min} to ${max}`);
  }
}

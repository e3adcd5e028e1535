import type { Config } from '../config';
import { UsageError } from '../errors';
import { checkValue, type ChoiceValue, type Control } from './controls';
import { settingOf, withSetting } from './settings';

/** Values by the names of their controls. */
export type Values = Readonly<Record<string, ChoiceValue>>;

/** What a panel controls: the controls by name, and the config of a run with some values. */
export interface Declaration {
  readonly controls: Readonly<Record<string, Control>>;
  /** The config of a run that begins with these values. Throws a UsageError where they do not go together. */
  readonly configOf: (values: Values) => Config;
  /** Where the controls begin. */
  readonly values: Values;
}

/**
 * Checks the declaration of a panel; `base` gives the config of all that is not controlled, for a network by its name or the
 * one of the options.
 *
 * Throws a UsageError that names the control and what is wrong with it.
 */
export function declare(
  controls: Readonly<Record<string, Control>>,
  base: (network?: string) => Config,
): Declaration {
  const entries = Object.entries(controls);
  if (entries.length === 0) {
    throw new UsageError(
      'A panel without controls: expected some, e.g. {scale: lab.slider(0, 1)}.',
    );
  }
  entries.forEach(([name, control]) => checkShape(name, control));
  const configOf = (values: Values): Config =>
    Object.entries(values).reduce(
      (config, [name, value]) => withSetting(config, name, value),
      base(values.network as string | undefined),
    );
  const network = controls.network && firstValue('network', controls.network, undefined);
  const own = base(network as string | undefined);
  const values = Object.fromEntries(
    entries.map(([name, control]) => [name, firstValue(name, control, settingOf(own, name))]),
  );
  entries.forEach(([name, control]) => checkEnds(name, control, values, configOf));
  return { controls, configOf, values };
}

/** The error of a control. */
export function controlError(name: string, message: string): UsageError {
  return new UsageError(`The control "${name}": ${message}.`);
}

function checkShape(name: string, control: Control): void {
  const fail = (message: string) => controlError(name, message);
  const kind: unknown = control?.kind;
  if (kind !== 'slider' && kind !== 'log' && kind !== 'choice') {
    throw fail('expected lab.slider(...), lab.log(...) or lab.choice([...])');
  }
  if (control.kind === 'choice') {
    if (!Array.isArray(control.options) || control.options.length === 0) {
      throw fail('a choice of nothing: expected at least one value');
    }
    return;
  }
  const { min, max } = control;
  if (!Number.isFinite(min) || !Number.isFinite(max) || min >= max) {
    throw fail(`from ${min} to ${max}: expected two numbers, the lower one first`);
  }
  if (control.kind === 'log' && min <= 0) {
    throw fail(`a logarithmic slider from ${min}: expected its lower end above 0`);
  }
  if (control.kind === 'slider' && control.step !== undefined && !(control.step > 0)) {
    throw fail(`step ${control.step}: expected a number above 0`);
  }
}

function firstValue(name: string, control: Control, own: unknown): ChoiceValue {
  if (control.value !== undefined) {
    checkValue(control, control.value, (message) => controlError(name, `value ${message}`));
    return control.value;
  }
  if (control.kind === 'choice') {
    return control.options.includes(own as ChoiceValue) ? (own as ChoiceValue) : control.options[0];
  }
  const { min, max } = control;
  return typeof own === 'number' && own >= min && own <= max ? own : min;
}

/** Every value of a choice and both ends of a slider must make a config, with the other controls where they begin. */
function checkEnds(
  name: string,
  control: Control,
  values: Values,
  configOf: Declaration['configOf'],
): void {
  const ends = control.kind === 'choice' ? control.options : [control.min, control.max];
  for (const value of ends) {
    try {
      configOf({ ...values, [name]: value });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw controlError(name, `${JSON.stringify(value)} cannot be: ${error.message}`);
    }
  }
}

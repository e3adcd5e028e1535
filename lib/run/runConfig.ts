import { type Config, defaultConfig, overrideConfig, type Overrides } from '../config';
import { UsageError } from '../errors';
import { NETWORK_NAMES } from '../models/networks';
import type { NetworkOptions, TrainOptions } from './trainOptions';

/** What the options say beside the config. */
const NOT_IN_CONFIG: readonly string[] = [
  'record',
  'checkpoints',
  'progress',
  'callbacks',
  'steer',
] satisfies (keyof TrainOptions)[];

/**
 * The config that options ask for: the defaults of the network's form, small unless told otherwise, with what they replace.
 *
 * Throws a UsageError that names the setting, its value and what was expected.
 */
export function runConfig(options: TrainOptions): Config {
  const { name, form, ...network } = networkOptions(options);
  const { data = {}, optimizer = {} } = options;
  const parts = { network: given(network), data: given(data), optimizer: given(optimizer) };
  const settings = given({ ...options, ...parts });
  const overrides = Object.entries(settings).filter(([key]) => !NOT_IN_CONFIG.includes(key));
  return overrideConfig(defaultConfig(name, form), Object.fromEntries(overrides));
}

function networkOptions({ network }: TrainOptions): NetworkOptions {
  const options = typeof network === 'string' ? { name: network } : network;
  // Programs without types can leave it out.
  if (typeof options?.name !== 'string') {
    throw new UsageError(
      `network is ${JSON.stringify(network)}: expected a name or {name, ...} with one of ${NETWORK_NAMES.join(', ')}.`,
    );
  }
  return options;
}

/** Without the entries that are undefined, which stand for "not given". */
function given(tree: object): Overrides {
  return Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== undefined));
}

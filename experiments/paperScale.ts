import { type Config, defaultConfig, overrideConfig, type Overrides } from '../lib/config';
import { UsageError } from '../lib/errors';
import type { NetworkForm, NetworkName } from '../lib/models/networks';
import type { OwnScale, Scale } from '../lib/results/scale';

/** What the paper did with a network. */
interface PaperTraining {
  /** The figures' form where it costs what the paper says, the released one elsewhere; 299x299. */
  readonly form: NetworkForm;
  /** As far as Figs. 21 and 22, or 23 and 24, go. */
  readonly epochs: number;
}

const PAPER_TRAININGS: Readonly<Record<NetworkName, PaperTraining>> = {
  'inception-v3': { form: 'published', epochs: 200 },
  'inception-resnet-v1': { form: 'paper', epochs: 200 },
  'inception-v4': { form: 'published', epochs: 160 },
  'inception-resnet-v2': { form: 'published', epochs: 160 },
};

/**
 * The paper's own setting of a network: 299x299 pixels, its schedule to its last epoch, images of the folders in `overrides`.
 *
 * All else is `defaultConfig`'s. Throws a UsageError where `overrides` do not give data.train and data.validation.
 */
export function paperScaleConfig(network: string, overrides: Overrides): Config {
  requireImages(overrides);
  const { name } = defaultConfig(network, 'published').network;
  const { form, epochs } = PAPER_TRAININGS[name];
  return overrideConfig(defaultConfig(name, form), {
    'data.name': 'imageFolder',
    epochs,
    ...overrides,
  });
}

/** A scale that needs no other images; throws the UsageError that `what` (an experiment or command) has none for the paper's. */
export function requireOwnScale(scale: Scale, what: string, instead: string): OwnScale {
  if (scale === 'paper') {
    throw new UsageError(`There is no "${what}" at paper scale: ${instead}`);
  }
  return scale;
}

function requireImages(overrides: Overrides): void {
  const { train, validation } = (overrides.data ?? {}) as Record<string, unknown>;
  const folders = [overrides['data.train'] ?? train, overrides['data.validation'] ?? validation];
  if (folders.includes(undefined)) {
    throw new UsageError(
      "The paper scale trains on ImageNet (ILSVRC 2012), which is the user's to give: " +
        'add data.train=<folder> data.validation=<folder>, each with a folder for every class.',
    );
  }
}

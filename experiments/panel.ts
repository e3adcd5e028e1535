import { type Config, type Overrides } from '../lib/config';
import { choice, type Control, log, type LogControl, slider } from '../lib/panel/controls';
import { declare } from '../lib/panel/declaration';
import { Panel } from '../lib/panel/panel';
import { convergenceConfig } from './convergence';
import { studyConfig } from './studyRegime';

/** Where the small network of the study of section 3.3 begins: unscaled, and near where it dies. */
const STUDY = { filters: 512, learningRate: 0.1, scale: 1 };
/** One pass over CIFAR-10 in batches of 32. */
const STUDY_STEPS = 1562;
/** A norm that no gradient reaches: no clipping. */
const NO_CLIPPING = 1000;

/**
 * The panel of the command line: for the study's network, or for the small form of a network by its name.
 *
 * Throws a UsageError that names a setting that is wrong, or a network that there is not.
 */
export function commandPanel(network: string | undefined, overrides: Overrides): Panel {
  const config =
    network === undefined
      ? studyConfig(STUDY, STUDY_STEPS, overrides)
      : watched(convergenceConfig(network, 'quick', overrides));
  const title = `${config.network.name}${network === undefined ? ', study of section 3.3' : ''}`;
  return new Panel(
    declare(controlsOf(config), () => config),
    {},
    { title },
  );
}

/** Its last layer is probed at every step, and its rate stays what the slider says. */
function watched(config: Config): Config {
  return {
    ...config,
    schedule: 'constant',
    stability: { lastLayerEvery: 1, ...config.stability },
  };
}

function controlsOf({ network, optimizer, gradientClip, seed, batchSize }: Config) {
  const { residualScale, filters, width, name } = network;
  const controls: Record<string, Control> = {
    ...(name.startsWith('inception-resnet') && {
      scale: slider(0, Math.max(1, residualScale.a), { value: residualScale.a, step: 0.05 }),
    }),
    learningRate: around(1e-4, 1, optimizer.learningRate),
    gradientClip: around(0.1, NO_CLIPPING, gradientClip ?? NO_CLIPPING),
    ...(filters === undefined
      ? { width: among([0.1, 0.25, 0.5], width) }
      : { filters: among([256, 512, 1024, 1792], filters) }),
    batchSize: among([16, 32, 64], batchSize),
    seed: among([0, 1, 2, 3], seed),
  };
  return controls;
}

/** A logarithmic slider over a usual range that also holds a value. */
function around(low: number, high: number, value: number): LogControl {
  return log(Math.min(low, value), Math.max(high, value), { value });
}

function among(usual: readonly number[], value: number) {
  return choice(
    [...new Set([...usual, value])].sort((a, b) => a - b),
    { value },
  );
}

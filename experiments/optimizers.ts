import { type Config, overrideConfig, type Overrides } from '../lib/config';
import type { OwnScale, Scale } from '../lib/results/scale';
import { convergenceConfig } from './convergence';

/**
 * Does it matter how the weights are moved, and which weights are evaluated? (Section 4)
 *
 * Run:    npm run lab -- run optimizers --scale quick|standard
 * Claim:  the best models were trained by RMSProp with decay 0.9 and epsilon 1.0, earlier ones by momentum; the learning rate
 *         is 0.045, decayed every two epochs at an exponential rate of 0.94; a running average of the parameters is evaluated.
 *         The paper gives no numbers for the other choices. Here: the shallow Inception-ResNet-v1 of `convergence`, with one choice
 *         changed at a time; the error of the raw weights stands beside that of the averages in every epoch's line.
 * Cost:   seven choices with two seeds each at standard scale, five to seven minutes a run, two at a time on two cores.
 * Result: see results/README.md
 */
export const OPTIMIZERS = 'optimizers';

/** The network that is trained: the smaller of the two with residual connections. */
const NETWORK = 'inception-resnet-v1';

/** One choice of how to train. */
export interface OptimizerArm {
  readonly name: string;
  /** What the paper says of it, in its words where there are any. */
  readonly paper: string;
  /** What differs from the paper's setting in a run of so many epochs. */
  readonly overrides: (epochs: number) => Overrides;
}

/** Epochs over which the paper's learning rate falls, as far as Figs. 23 and 24 go. */
const PAPER_EPOCHS = 160;

/** What is compared; the first is the paper's choice. */
export const OPTIMIZER_ARMS: readonly OptimizerArm[] = [
  {
    name: 'rmsprop, epsilon 1',
    paper: 'our best models were achieved using RMSProp with decay of 0.9 and epsilon = 1.0',
    overrides: () => ({}),
  },
  {
    name: 'rmsprop, epsilon 0.001',
    paper: 'not tried; the epsilon of most libraries is smaller still',
    overrides: () => ({ 'optimizer.epsilon': 0.001 }),
  },
  {
    name: 'rmsprop, epsilon 0.001, rate 0.0045',
    paper: 'not tried; a small epsilon makes larger steps at the same rate',
    overrides: () => ({ 'optimizer.epsilon': 0.001, 'optimizer.learningRate': 0.0045 }),
  },
  {
    name: 'momentum',
    paper: 'our earlier experiments used momentum with a decay of 0.9',
    overrides: () => ({ 'optimizer.name': 'momentum' }),
  },
  {
    name: 'constant rate',
    paper: 'not tried',
    overrides: () => ({ schedule: 'constant' }),
  },
  {
    name: 'exponential, compressed',
    paper: 'decayed every two epochs using an exponential rate of 0.94, over the whole training',
    overrides: (epochs) => ({ 'optimizer.decayEpochs': (2 * epochs) / PAPER_EPOCHS }),
  },
  {
    name: 'cosine',
    paper: 'not tried; half a cosine down to 0 at the end (1608.03983)',
    overrides: () => ({ schedule: 'cosine' }),
  },
];

interface ScaleSettings {
  readonly seeds: readonly number[];
  /** What differs from `convergence` at this scale. */
  readonly shared: Overrides;
}

const SETTINGS: Readonly<Record<OwnScale, ScaleSettings>> = {
  smoke: { seeds: [0], shared: { epochs: 1, 'data.trainImages': 320, 'data.testImages': 100 } },
  // More than two epochs: the paper's rate falls for the first time after the second.
  quick: { seeds: [0], shared: { epochs: 3, 'data.trainImages': 640, 'data.testImages': 500 } },
  standard: { seeds: [0, 1], shared: {} },
};

const PAPER_SETTINGS: ScaleSettings = { seeds: [0], shared: {} };

/** Every run of the experiment at a scale: seed by seed, so that all choices are there early; only one where it is given. */
export function optimizersConfigs(scale: Scale, overrides: Overrides = {}): readonly Config[] {
  const { seeds, shared } = scale === 'paper' ? PAPER_SETTINGS : SETTINGS[scale];
  return ('seed' in overrides ? seeds.slice(0, 1) : seeds).flatMap((seed) =>
    OPTIMIZER_ARMS.map((arm) => armConfig(arm, scale, { seed, ...overrides }, shared)),
  );
}

/** The user's overrides come last; they are there before, too, since an arm may depend on the number of epochs. */
function armConfig(
  arm: OptimizerArm,
  scale: Scale,
  overrides: Overrides,
  shared: Overrides,
): Config {
  const base = convergenceConfig(NETWORK, scale, { ...shared, ...overrides }, 'shallow');
  const changed = overrideConfig(base, arm.overrides(base.epochs));
  return overrideConfig(changed, overrides);
}

import { type Config, configHash, type Overrides } from '../lib/config';
import type { OwnScale, Scale } from '../lib/results/scale';
import { convergenceConfig } from './convergence';
import { type StudyCell, studyConfig } from './studyRegime';

/**
 * Does a residual network with many filters die when its residuals are not scaled, and does scaling cure it? (Section 3.3,
 * Fig. 20)
 *
 * Run:     npm run lab -- run residualScaling --scale quick|standard
 * Claim:   with more than 1000 filters the network "died" early in training: the last layer before the average pooling put
 *          out only zeros; neither a lower learning rate nor an extra batch normalisation prevented it; scaling the residuals
 *          by 0.1 to 0.3 did, and never harmed the final accuracy.
 * Outcome: fixed before the first run: a network is dead when at least 99 % of the activations of that layer are zero on the
 *          mean of steps 71 to 80 (lib/report/lastLayer.ts). Seeds are 3 and up: 0 to 2 found the regime.
 * Cost:    5 to 30 seconds a run at standard scale on one of two cores, some 270 runs (`wallSeconds` of the records).
 * Result:  see results/README.md.
 */
export const RESIDUAL_SCALING = 'residualScaling';

const SCALES = [1, 0.3, 0.2, 0.1];
const RATES = [0.01, 0.02, 0.045, 0.1, 0.2];
const WIDTHS = [256, 512, 1024, 1792, 2144];

/** Where the search found the clearest effect. */
const REGIME = { filters: 512, learningRate: 0.1 };

/** Some cells, how long and with which seeds they are run, and what else differs. */
interface Part {
  readonly cells: readonly StudyCell[];
  readonly seeds: readonly number[];
  readonly steps: number;
  readonly overrides?: Overrides;
}

const atRegime = (...scales: readonly number[]): readonly StudyCell[] =>
  scales.map((scale) => ({ ...REGIME, scale }));

const gridOf = (
  scales: readonly number[],
  rates: readonly number[],
  widths: readonly number[],
): readonly StudyCell[] =>
  widths.flatMap((filters) =>
    rates.flatMap((learningRate) => scales.map((scale) => ({ filters, learningRate, scale }))),
  );

/** A residual block of each kind twice, below the blocks of the last grid. */
const ALL_BLOCKS: Overrides = { 'network.repeats': { a: 2, b: 2, c: 5 } };

/** A scale s moves the sum s^2 times as far in a step: these rates give one scale the steps of the other. */
const MECHANISM = [
  { scale: 1, linearRate: 0.01 },
  { scale: 0.1, linearRate: 100 },
];

/** The parts of the experiment, in the order in which they are run. */
const PARTS: Readonly<Record<OwnScale, readonly Part[]>> = {
  smoke: [
    { cells: [{ filters: 128, learningRate: 0.1, scale: 1 }], seeds: [3], steps: 4 },
    { cells: [{ filters: 128, learningRate: 0.1, scale: 0.1 }], seeds: [3], steps: 4 },
  ],
  quick: [{ cells: atRegime(...SCALES), seeds: [3], steps: 80 }],
  standard: [
    { cells: atRegime(...SCALES), seeds: [3, 4, 5, 6, 7], steps: 100 },
    ...MECHANISM.map(({ scale, linearRate }) => ({
      cells: atRegime(scale),
      seeds: [3, 4, 5, 6, 7],
      steps: 100,
      overrides: { 'optimizer.linearRate': linearRate },
    })),
    // Two epochs of 20,000 images.
    { cells: atRegime(1, 0.1), seeds: [3, 4, 5], steps: 625, overrides: { epochs: 2 } },
    { cells: gridOf(SCALES, RATES, WIDTHS), seeds: [3, 4], steps: 100 },
    { cells: gridOf([1, 0.1], RATES, [256, 2144]), seeds: [5], steps: 100 },
    {
      cells: gridOf([1, 0.1], [0.045, 0.1], [256, 1792]),
      seeds: [3, 4],
      steps: 100,
      overrides: ALL_BLOCKS,
    },
  ],
};

/** Every run of the experiment at a scale; one of each cell where a seed is given. */
export function residualScalingConfigs(scale: Scale, overrides: Overrides = {}): readonly Config[] {
  const configs = scale === 'paper' ? paperConfigs(overrides) : studyConfigs(scale, overrides);
  // A cell of the grid may be one of the regime's, too.
  return [...new Map(configs.map((config) => [configHash(config), config])).values()];
}

function studyConfigs(scale: OwnScale, overrides: Overrides): readonly Config[] {
  return PARTS[scale].flatMap(({ cells, seeds, steps, overrides: own = {} }) =>
    ('seed' in overrides ? seeds.slice(0, 1) : seeds).flatMap((seed) =>
      cells.map((cell) => studyConfig(cell, steps, own, { seed, ...overrides })),
    ),
  );
}

/** The network of the claim itself, with 2144 filters on its last grid, as the paper trains it. */
function paperConfigs(overrides: Overrides): readonly Config[] {
  return SCALES.map((scale) =>
    convergenceConfig('inception-resnet-v2', 'paper', {
      // The figures' form, as deep as the released one.
      'network.form': 'paper-10-20-10',
      'network.residualScale': { a: scale, b: scale, c: scale },
      ...overrides,
    }),
  );
}

import type { Config, Overrides } from '../lib/config';
import type { OwnScale, Scale } from '../lib/results/scale';
import { convergenceConfig } from './convergence';
import { studyConfig } from './studyRegime';

/**
 * Is a warm-up enough for an unscaled residual network, or a lower learning rate, or batch normalisation? (Section 3.3)
 *
 * Run:     npm run lab -- run warmUp --scale quick|standard
 * Claim:   a two-phase warm-up (very low rate, then high) as He et al. have it was not sufficient with very many filters,
 *          even at 0.00001; neither a lower rate nor an extra batch normalisation helps; scaling the residuals is much more
 *          reliable. The AAAI-17 version found gradient clipping useful.
 * Outcome: that of `residualScaling`, 71 to 80 steps after the end of the warm-up, with the loss beside: a network can live and
 *          learn nothing.
 * Cost:    a minute a run at standard scale on one of two cores, 40 runs (`wallSeconds` of the records).
 * Result:  see results/README.md.
 */
export const WARM_UP = 'warmUp';

/** One remedy against dying, for a network that would train at a rate. */
export interface WarmUpArm {
  /** What is done, in the paper's words where it has any. */
  readonly name: string;
  readonly overrides: (learningRate: number) => Overrides;
}

const constantWarmUp = (learningRate: number, length: Overrides): Overrides => ({
  warmUp: { kind: 'constant', learningRate, ...length },
});

/** The low rates of the paper and of He et al. are kept for so many steps. */
const WARM_UP_STEPS = 100;
const STABLE_RATE = 0.01;
/** Section 4. */
const PAPER_RATE = 0.045;

/** What is tried; the first is the network that dies. */
export const WARM_UP_ARMS: readonly WarmUpArm[] = [
  { name: 'nothing', overrides: () => ({}) },
  {
    name: 'warm-up at 0.00001',
    overrides: () => constantWarmUp(0.00001, { steps: WARM_UP_STEPS }),
  },
  {
    name: 'warm-up at a hundredth of the rate',
    overrides: (rate) => constantWarmUp(rate / 100, { steps: WARM_UP_STEPS }),
  },
  {
    name: 'warm-up until the error is below 80 %',
    overrides: () => constantWarmUp(STABLE_RATE, { untilError: 80 }),
  },
  { name: 'lower learning rate', overrides: () => ({ 'optimizer.learningRate': STABLE_RATE }) },
  { name: 'extra batch normalisation', overrides: () => ({ 'network.lastBatchNorm': true }) },
  { name: 'gradient clipping at 2.0', overrides: () => ({ gradientClip: 2 }) },
  {
    name: 'scaling by 0.1',
    overrides: () => ({ 'network.residualScale': { a: 0.1, b: 0.1, c: 0.1 } }),
  },
];

/** A network that dies, how long and with which seeds it is trained. */
interface Part {
  readonly filters: number;
  readonly learningRate: number;
  readonly seeds: readonly number[];
  readonly steps: number;
}

const PARTS: Readonly<Record<OwnScale, readonly Part[]>> = {
  smoke: [{ filters: 128, learningRate: 0.1, seeds: [3], steps: 4 }],
  quick: [{ filters: 256, learningRate: 0.1, seeds: [3], steps: 200 }],
  standard: [{ filters: 512, learningRate: 0.1, seeds: [3, 4, 5, 6, 7], steps: 400 }],
};

/** Every run of the experiment at a scale; one of each arm where a seed is given. */
export function warmUpConfigs(scale: Scale, overrides: Overrides = {}): readonly Config[] {
  return scale === 'paper' ? paperConfigs(overrides) : studyConfigs(scale, overrides);
}

function studyConfigs(scale: OwnScale, overrides: Overrides): readonly Config[] {
  return PARTS[scale].flatMap(({ filters, learningRate, seeds, steps }) =>
    ('seed' in overrides ? seeds.slice(0, 1) : seeds).flatMap((seed) =>
      WARM_UP_ARMS.map((arm) =>
        studyConfig({ filters, learningRate, scale: 1 }, steps, arm.overrides(learningRate), {
          seed,
          ...overrides,
        }),
      ),
    ),
  );
}

/** The network of the claim itself, with 2144 filters on its last grid, as the paper trains it, but unscaled. */
function paperConfigs(overrides: Overrides): readonly Config[] {
  return WARM_UP_ARMS.map((arm) =>
    convergenceConfig('inception-resnet-v2', 'paper', {
      // The figures' form, as deep as the released one.
      'network.form': 'paper-10-20-10',
      'network.residualScale': { a: 1, b: 1, c: 1 },
      ...arm.overrides(PAPER_RATE),
      ...overrides,
    }),
  );
}

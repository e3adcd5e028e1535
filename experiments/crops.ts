import type { Config } from '../lib/config';
import { type PaperNetwork, paperNetworks } from '../lib/results/paper';
import type { OwnScale, Scale } from '../lib/results/scale';
import { CONVERGENCE, convergenceConfig } from './convergence';
import { requireOwnScale } from './paperScale';
import { EVALUATE_INSTEAD, type PlannedEvaluation } from './plannedEvaluation';
import { RANDOM_SIZE_CROPS, randomSizeConfigs } from './randomSizeCrops';

/**
 * How much do more crops of each image lower the error of one and the same network? (Tables 2, 3 and 4)
 *
 * Run:    npm run lab -- run crops --scale quick|standard, after npm run lab -- reproduce --scale quick|standard --only
 *         convergence, which also trains the fourth member of an ensemble, and at standard scale after `randomSizeCrops`
 * Claim:  12 crops are better than one and 144 better than 12, for all four networks.
 *         Here: on CIFAR-10's test images, with crops of 32 out of 36, 40, 44 and 48 pixels.
 * Cost:   61 passes through a network for each image, because the three squares of a square image are the same.
 * Result: see results/README.md. Of networks that were trained on images of one size, moved by up to 4 pixels, every one's
 *         error rises with 12 crops and again with 144, for these enlarge an image by 1.125 to 1.5. Those of
 *         `randomSizeCrops` were then trained to see whether that is the reason. `npm run lab -- table all` prints the numbers.
 */
export const CROPS = 'crops';

/** A network and the seed that it was trained with. */
type Trained = readonly [network: PaperNetwork, seed: number];

interface ScaleSettings {
  readonly seeds: readonly number[];
  /** Members of an ensemble of Table 5 that are of none of these seeds. */
  readonly otherMembers?: readonly Trained[];
  /** Test images; absent: all. */
  readonly images?: number;
}

const SETTINGS: Readonly<Record<OwnScale, ScaleSettings>> = {
  smoke: { seeds: [0], images: 10 },
  quick: { seeds: [0], images: 200 },
  standard: { seeds: [0, 1, 2], otherMembers: [['inception-v3', 3]], images: 5_000 },
};

/**
 * Every evaluation of the experiment at a scale: seed by seed, so that the tables have all networks early. Throws as
 * `requireOwnScale` does.
 */
export function cropEvaluations(scale: Scale): readonly PlannedEvaluation[] {
  const {
    seeds,
    otherMembers = [],
    images,
  } = SETTINGS[requireOwnScale(scale, CROPS, EVALUATE_INSTEAD)];
  const trained = seeds.flatMap((seed) => paperNetworks.map((network): Trained => [network, seed]));
  const ofOneSize = [...trained, ...otherMembers].map(([network, seed]) =>
    convergenceConfig(network, scale, { seed }, 'shallow'),
  );
  return [
    ...ofOneSize.flatMap((config) => withAllCrops(CONVERGENCE, config, images)),
    ...randomSizeConfigs(scale).flatMap((config) =>
      withAllCrops(RANDOM_SIZE_CROPS, config, images),
    ),
  ];
}

function withAllCrops(
  trainedBy: string,
  config: Config,
  images: number | undefined,
): readonly PlannedEvaluation[] {
  return ([1, 12, 144] as const).map((crops) => ({ trainedBy, runs: [config], crops, images }));
}

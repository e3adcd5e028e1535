import type { Config } from '../lib/config';
import { type PaperNetwork, paperNetworks } from '../lib/results/paper';
import type { OwnScale, Scale } from '../lib/results/scale';
import { CONVERGENCE, convergenceConfig } from './convergence';
import { requireOwnScale } from './paperScale';
import { EVALUATE_INSTEAD, type PlannedEvaluation } from './plannedEvaluation';
import { RANDOM_SIZE_CROPS, randomSizeConfig } from './randomSizeCrops';

/**
 * How much does averaging the predictions of several networks lower the error? (Table 5)
 *
 * Run:    npm run lab -- run ensembles --scale quick|standard, after the same trainings as `crops`
 * Claim:  with 144 crops, one Inception-v4 and three Inception-ResNet-v2 are better than four Inception-v3, and both are
 *         better than any network alone (Table 4).
 *         Here: on CIFAR-10, members that differ in the seed; the short scales have one run of each network, so that
 *         only the second ensemble is left, with one Inception-ResNet-v2.
 * Result: see results/README.md; `npm run lab -- table all` prints the numbers.
 */
export const ENSEMBLES = 'ensembles';

/** The seeds of an ensemble's members, by network. */
type Members = Readonly<Partial<Record<PaperNetwork, readonly number[]>>>;

/** The config of an ensemble's member. */
type MemberConfig = (network: PaperNetwork, seed: { readonly seed: number }) => Config;

interface ScaleSettings {
  readonly ensembles: readonly Members[];
  /** Test images; absent: all. */
  readonly images?: number;
}

const PAIR_OF_SEED_0: readonly Members[] = [{ 'inception-v4': [0], 'inception-resnet-v2': [0] }];

const SETTINGS: Readonly<Record<OwnScale, ScaleSettings>> = {
  smoke: { ensembles: PAIR_OF_SEED_0, images: 10 },
  quick: { ensembles: PAIR_OF_SEED_0, images: 200 },
  standard: {
    ensembles: [
      { 'inception-v3': [0, 1, 2, 3] },
      { 'inception-v4': [0], 'inception-resnet-v2': [0, 1, 2] },
    ],
    images: 5_000,
  },
};

/** Every evaluation of the experiment at a scale. Throws as `requireOwnScale` does. */
export function ensembleEvaluations(scale: Scale): readonly PlannedEvaluation[] {
  const { ensembles, images } = SETTINGS[requireOwnScale(scale, ENSEMBLES, EVALUATE_INSTEAD)];
  const trained = (trainedBy: string, configOf: MemberConfig): readonly PlannedEvaluation[] =>
    ensembles.map((members) => ({
      ...{ trainedBy, images, crops: 144 },
      runs: paperNetworks.flatMap((network) =>
        (members[network] ?? []).map((seed) => configOf(network, { seed })),
      ),
    }));
  const ofOneSize = trained(CONVERGENCE, (network, seed) =>
    convergenceConfig(network, scale, seed, 'shallow'),
  );
  const ofAllSizes = scale === 'standard' ? trained(RANDOM_SIZE_CROPS, randomSizeConfig) : [];
  return [...ofOneSize, ...ofAllSizes];
}

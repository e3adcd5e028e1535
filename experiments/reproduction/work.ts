import type { Config } from '../../lib/config';
import { contentHash } from '../../lib/contentHash';
import { type CropPlan, cropPlan, imageCrops, uniqueCrops } from '../../lib/images/crops';
import { networkCost } from '../../lib/models/cost';
import { buildNetwork } from '../../lib/models/networks';
import { stepsPerEpoch } from '../../lib/training/trainingImages';
import type { PlannedEvaluation } from '../plannedEvaluation';

/** What a training consists of, in multiply-adds of forward passes. */
export interface TrainingWork {
  /** Networks of one kind take about the same time for a multiply-add. */
  readonly kind: string;
  /** Over all images that are trained on, an image of every epoch for itself. */
  readonly trained: number;
  /** Over all images that are evaluated after the epochs, with the averages and with the raw weights. */
  readonly evaluated: number;
}

/** The images of a config; of folders, where the config gives no number, as many as they have. */
export interface ImageCounts {
  readonly train: number;
  readonly test: number;
}

/** What the training of a config consists of. */
export function trainingWork(config: Config, counts: ImageCounts): TrainingWork {
  const { batchSize, accumulation = 1, epochs, network } = config;
  const { multiplyAdds } = networkCost(buildNetwork(network));
  const images = stepsPerEpoch(config, counts.train) * batchSize * accumulation;
  return {
    kind: network.form,
    trained: epochs * images * multiplyAdds,
    evaluated: 2 * epochs * counts.test * multiplyAdds,
  };
}

/** The images of a config that names how many. */
export function countsOf({ data }: Config): ImageCounts {
  return { train: data.trainImages ?? 0, test: data.testImages ?? 0 };
}

/** Distinct crops of the images of evaluations; those of the same network and crops are predicted but once. */
export function cropPasses(
  evaluations: readonly PlannedEvaluation[],
  allImages: number,
): readonly number[] {
  const predicted = new Set<string>();
  return evaluations.map(({ runs, crops, images = allImages }) => {
    const fresh = runs.filter((config) => {
      const key = contentHash({ config, crops, images }, 16);
      return !predicted.has(key) && predicted.add(key);
    });
    const perImage = fresh.map(({ network }) =>
      distinctCrops(cropPlan(crops, network.inputSize, 'cifar10')),
    );
    return images * perImage.reduce((total, one) => total + one, 0);
  });
}

/** How many of a plan's crops of a square image differ. */
export function distinctCrops(plan: CropPlan): number {
  return uniqueCrops(imageCrops(plan.inputSize, plan.inputSize, plan).crops).length;
}

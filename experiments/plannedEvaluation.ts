import type { Config } from '../lib/config';
import type { CropCount } from '../lib/images/crops';

/** An evaluation of an experiment. */
export interface PlannedEvaluation {
  /** The experiment that has trained the runs. */
  readonly trainedBy: string;
  /** The runs whose predictions are averaged. */
  readonly runs: readonly Config[];
  readonly crops: CropCount;
  /** How many of the test images, evenly spread; absent: all. */
  readonly images?: number;
}

/** What evaluates networks that were trained on other images than CIFAR-10's. */
export const EVALUATE_INSTEAD =
  'evaluate the trained networks by "npm run lab -- evaluate <runs...> --crops 144".';

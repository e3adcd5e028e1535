import type { Backend } from '../backend/select';
import { contentHash } from '../contentHash';
import type { EvaluationImages } from '../data/evaluationImages';
import type { Blacklist } from '../data/imageFolder/blacklist';
import { UsageError } from '../errors';
import { defaultBatchSize } from '../evaluation/predict';
import { type CropCount, type CropPlan, cropPlan, type CropProtocol } from '../images/crops';
import type { EvaluatedModel } from './evaluatedModel';
import { PREDICTIONS_VERSION } from './modelPredictions';

/** What is evaluated, and where its record goes. */
export interface EvaluationTask {
  readonly experiment: string;
  readonly folder: string;
  /** One, or several whose predictions are averaged. */
  readonly models: readonly EvaluatedModel[];
  readonly images: EvaluationImages;
  readonly crops: CropCount;
  readonly protocol: CropProtocol;
  /** Images that are left out of a second set of metrics. */
  readonly blacklist?: Blacklist;
  /** Images that cannot be read are left out and listed; absent: the first one ends the evaluation. */
  readonly skipCorrupt?: boolean;
  /** Crops in a forward pass; absent: `defaultBatchSize` of each model. */
  readonly batchSize?: number;
  readonly backend: Backend;
  /** Where the predictions of the models are kept; absent: .lab/predictions, where all evaluations look. */
  readonly predictionsFolder?: string;
}

/** The name of an evaluation's record: experiment, models, crops and a hash of all that decides it. */
export function evaluationId(task: EvaluationTask): string {
  const { experiment, models, images, crops, protocol, blacklist, skipCorrupt, backend } = task;
  const hash = contentHash(
    {
      version: PREDICTIONS_VERSION,
      models: models.map(({ sha256, config }) => ({ sha256, config })),
      images: { sha256: images.sha256, count: images.count },
      ...{ crops, protocol, skipCorrupt: skipCorrupt ?? false, backend: backend.name },
      batchSizes: models.map((model) => batchSizeOf(task, model)),
      blacklist: blacklist?.sha256 ?? null,
    },
    8,
  );
  return `${experiment}-${modelsName(models)}-${crops}-${hash}`;
}

/** E.g. "inception-v4", or "inception-v4-and-3-inception-resnet-v2" for an ensemble. */
function modelsName(models: readonly EvaluatedModel[]): string {
  const names = models.map(({ config }) => config.name);
  const counted = [...new Set(names)].map((name) => {
    const count = names.filter((other) => other === name).length;
    return count === 1 ? name : `${count}-${name}`;
  });
  return counted.join('-and-');
}

/** Throws a UsageError when the models, the images and the blacklist do not fit together. */
export function requireFit({ models, images, blacklist }: EvaluationTask): void {
  if (models.length === 0) throw new UsageError('There is no model to evaluate: name one.');
  for (const [index, { reference, config, sha256 }] of models.entries()) {
    if (models.findIndex((other) => other.sha256 === sha256) < index) {
      throw new UsageError(
        `${reference} has the weights of another of the models: each counts once in their average.`,
      );
    }
    const classes = images.classNames.length;
    if (config.classes !== classes) {
      const remedy =
        config.classes === classes + 1
          ? 'if its class 0 is the background of slim, import it anew with --drop-background'
          : 'choose images of the classes that it was trained on';
      throw new UsageError(
        `${reference} tells ${config.classes} classes apart, but ${images.name} has ${classes}: ${remedy}.`,
      );
    }
  }
  if (blacklist && !images.validationNumber) {
    throw new UsageError(
      `A blacklist names images by their numbers in ILSVRC's validation set, which those of ${images.name} do not have: leave it out.`,
    );
  }
}

/** Crops in a forward pass of a model. */
export function batchSizeOf(
  { batchSize }: EvaluationTask,
  { config }: Pick<EvaluatedModel, 'config'>,
): number {
  return batchSize ?? defaultBatchSize(config.inputSize);
}

/** How images are cut for a model. */
export function planOf(
  { crops, protocol }: EvaluationTask,
  { config }: Pick<EvaluatedModel, 'config'>,
): CropPlan {
  return cropPlan(crops, config.inputSize, protocol);
}

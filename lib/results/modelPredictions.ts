import path from 'node:path';

import { contentHash } from '../contentHash';
import type { EvaluationImages } from '../data/evaluationImages';
import { LabError } from '../errors';
import { InferenceNetwork } from '../evaluation/inferenceNetwork';
import { groupSize, type Prediction, predictions } from '../evaluation/predict';
import { writing, writingLater } from '../files/diskError';
import type { CropPlan } from '../images/crops';
import { ImageError } from '../images/imageError';
import type { PicturePreparer } from '../images/preparation';
import type { EvaluatedModel } from './evaluatedModel';
import { takeLock } from './lock';
import { PredictionsFile } from './predictionsFile';

/** Changes with whatever makes earlier predictions of the same model and images wrong. */
export const PREDICTIONS_VERSION = 1;

/** One model on a set of images. */
export interface ModelTask {
  readonly model: EvaluatedModel;
  readonly images: EvaluationImages;
  readonly plan: CropPlan;
  readonly batchSize: number;
  /** The runtime that is selected, by name. */
  readonly backend: string;
  /** Whether images that cannot be read are left out; if not, the first one ends the work. */
  readonly skipCorrupt: boolean;
  /** Where predictions are kept, so that an evaluation goes on after a kill, and an ensemble finds those of its models. */
  readonly predictionsFolder: string;
}

/** What is told while a model works, and what ends it. */
export interface ModelEvents {
  readonly onImages: (done: number) => void;
  /** Ends the work after the images under way. */
  readonly signal?: AbortSignal;
}

/**
 * Predicts what is not yet in the file of a model's predictions; returns the file, with all rows unless a signal ended it.
 *
 * Throws a LabError that names an image that cannot be read (see `skipCorrupt`), and when another process is at the same
 * predictions or the disk does not take them; what was written stays, and the next call goes on from there.
 */
export async function predictModel(
  task: ModelTask,
  workers: PicturePreparer,
  events: ModelEvents,
): Promise<PredictionsFile> {
  const file = fileOf(task);
  const goesOn = () => 'it goes on from there';
  const lock = await writingLater(file, goesOn, () => takeLock(`${file}.lock`));
  try {
    const opened = writing(file, goesOn, () => open(task, file));
    try {
      await complete(task, opened, workers, events);
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  } finally {
    lock.release();
  }
}

async function complete(
  task: ModelTask,
  file: PredictionsFile,
  workers: PicturePreparer,
  { onImages, signal }: ModelEvents,
): Promise<void> {
  const { model, images, plan, batchSize, skipCorrupt } = task;
  onImages(file.rows);
  if (file.rows === images.count || signal?.aborted) return;
  const network = new InferenceNetwork(model.config, (name) => model.read(name));
  try {
    const wanted = { network, images, plan, batchSize, from: file.rows };
    for await (const group of predictions(wanted, workers)) {
      const rows = group.map((prediction) => rowOf(prediction, skipCorrupt));
      writing(
        file.file,
        () => `it goes on from image ${file.rows}`,
        () => file.append(rows),
      );
      onImages(file.rows);
      if (signal?.aborted) return;
    }
  } finally {
    network.dispose();
  }
}

function rowOf(prediction: Prediction, skipCorrupt: boolean): Float32Array | null {
  if (!(prediction instanceof ImageError)) return prediction;
  if (skipCorrupt) return null;
  throw new LabError(
    `${prediction.message} Repair or remove it, or leave such images out with --skip-corrupt; what is done is kept.`,
  );
}

function open(task: ModelTask, file: string): PredictionsFile {
  const { model, images, plan, batchSize } = task;
  return PredictionsFile.open(
    file,
    identityOf(task),
    model.config.classes,
    images.count,
    groupSize(plan, batchSize),
  );
}

function fileOf(task: ModelTask): string {
  const { model, plan, predictionsFolder } = task;
  const name = `${model.config.name}-${plan.crops}-${contentHash(identityOf(task), 16)}.f32`;
  return path.join(predictionsFolder, name);
}

/** What decides the numbers, up to the last bits. */
function identityOf({ model, images, plan, batchSize, backend }: ModelTask): object {
  const { name, sha256, count } = images;
  return {
    version: PREDICTIONS_VERSION,
    model: { network: model.config, sha256: model.sha256 },
    data: { name, sha256, images: count },
    ...{ plan, batchSize, backend },
  };
}

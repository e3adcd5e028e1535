import type { EvaluationImages } from '../data/evaluationImages';
import type { Blacklist } from '../data/imageFolder/blacklist';
import { LabError } from '../errors';
import { type LabelledPrediction, type Metrics, metricsOf } from '../evaluation/metrics';
import { averagedRows } from './averagedRows';
import { describeEnvironment, describeGit } from './environment';
import type { EvaluatedModel } from './evaluatedModel';
import { EVALUATION_SCHEMA, type EvaluationRecord } from './evaluationRecord';
import { batchSizeOf, type EvaluationTask, planOf } from './evaluationTask';
import type { PredictionsFile } from './predictionsFile';

/**
 * The record of an evaluation that began at `start`, from the complete predictions of its models.
 *
 * Throws a LabError for images that could not be read, where they are not to be skipped.
 */
export function evaluationOf(
  task: EvaluationTask,
  id: string,
  start: Date,
  predictions: readonly PredictionsFile[],
): EvaluationRecord {
  const { experiment, models, images, crops, blacklist, backend } = task;
  const skipped = skippedImages(task, predictions);
  const all = metricsOf(
    labelled(images, predictions, () => true),
    images.classNames,
  );
  return {
    type: 'evaluation',
    schema: EVALUATION_SCHEMA,
    ...{ id, experiment, startedAt: start.toISOString() },
    models: models.map((model) => modelEntry(task, model)),
    data: dataEntry(task),
    crops,
    git: describeGit(),
    environment: describeEnvironment(),
    backend: { name: backend.name, version: backend.version },
    execution: {
      mode: backend.name === 'tensorflow' ? 'compiled' : 'eager',
      precision: 'float32',
    },
    skipped: skipped.map((index) => images.describe(index)),
    metrics: all,
    ...(blacklist && { withoutBlacklisted: metricsWithout(blacklist, images, predictions) }),
    seconds: (Date.now() - start.getTime()) / 1000,
  };
}

function modelEntry(
  task: EvaluationTask,
  model: EvaluatedModel,
): EvaluationRecord['models'][number] {
  const { name, reference, weights, config, sha256, trainedOn, run, step } = model;
  return {
    ...{ name, reference, weights, config, sha256 },
    ...(run !== undefined && { run, step, trainedOn }),
    plan: planOf(task, model),
    batchSize: batchSizeOf(task, model),
  };
}

function dataEntry({ images, blacklist }: EvaluationTask): EvaluationRecord['data'] {
  const { name, sha256, count, of } = images;
  const excluded = (list: Blacklist): number =>
    Array.from({ length: count }, (_, index) => index).filter((index) =>
      list.numbers.has(validationNumber(images, index)),
    ).length;
  return {
    ...{ name, sha256, images: count, ...(of !== undefined && { of }) },
    ...(blacklist && { blacklist: { sha256: blacklist.sha256, excluded: excluded(blacklist) } }),
  };
}

function metricsWithout(
  { numbers }: Blacklist,
  images: EvaluationImages,
  predictions: readonly PredictionsFile[],
): Metrics {
  const isKept = (index: number) => !numbers.has(validationNumber(images, index));
  return metricsOf(labelled(images, predictions, isKept), images.classNames);
}

/** Images that could not be read; refuses them where they are not to be skipped, but were before. */
function skippedImages(
  { images, skipCorrupt = false }: EvaluationTask,
  predictions: readonly PredictionsFile[],
): readonly number[] {
  const skipped: number[] = [];
  let index = 0;
  for (const row of averagedRows(predictions)) {
    if (!row) skipped.push(index);
    index += 1;
  }
  if (skipped.length > 0 && !skipCorrupt) {
    throw new LabError(
      `${skipped.length} images could not be read when they were evaluated with --skip-corrupt, the first of them ${images.describe(skipped[0])}. Give --skip-corrupt again; or repair them and delete ${predictions.map(({ file }) => file).join(', ')}.`,
    );
  }
  return skipped;
}

function* labelled(
  images: EvaluationImages,
  predictions: readonly PredictionsFile[],
  isWanted: (index: number) => boolean,
): Generator<LabelledPrediction> {
  let index = 0;
  for (const probabilities of averagedRows(predictions)) {
    if (probabilities && isWanted(index)) yield { label: images.label(index), probabilities };
    index += 1;
  }
}

function validationNumber(images: EvaluationImages, index: number): number {
  return images.validationNumber?.(index) ?? 0;
}

import { selectBackend } from '../backend/select';
import type { EvaluationImages } from '../data/evaluationImages';
import { readBlacklist } from '../data/imageFolder/blacklist';
import { UsageError } from '../errors';
import type { EvaluatedModel } from '../results/evaluatedModel';
import {
  type EvaluationEvents,
  type EvaluationOutcome,
  recordedEvaluation,
} from '../results/recordedEvaluation';
import { classNamesOf } from './classNames';
import { checkEvaluateOptions, type EvaluateOptions } from './evaluateOptions';
import { chosenImages } from './evaluationImages';
import type { RecordPlace } from './recordPlace';
import { chosenModel, type ModelChoice } from './runModel';
import { withWorkers } from './withWorkers';

/** Where the files of an evaluation are kept. */
export interface EvaluationPlace extends RecordPlace {
  /** The folder of the predictions; absent: the one in which all evaluations look. */
  readonly predictions?: string;
}

/** What an evaluation tells while it goes on. */
export interface EvaluationListeners extends EvaluationEvents {
  readonly onWarning?: (text: string) => void;
}

/**
 * Evaluates models, averaged where there are several, and writes the record at `place`; goes on with what was interrupted.
 *
 * Throws a UsageError for options that are wrong or do not fit together, and errors as `openModel`, `chosenImages` and
 * `recordedEvaluation` do.
 */
export async function evaluation(
  choices: readonly ModelChoice[],
  options: EvaluateOptions,
  { name, folder, predictions: predictionsFolder }: EvaluationPlace,
  { onWarning, ...events }: EvaluationListeners = {},
): Promise<EvaluationOutcome> {
  checkEvaluateOptions(options);
  const models: EvaluatedModel[] = [];
  try {
    choices.forEach((choice) => models.push(chosenModel(choice, options.weights)));
    const { images, protocol } = await chosenImages(options, models);
    if (options.data !== undefined) {
      models.forEach((model) => compareClasses(model, images, onWarning));
    }
    const { blacklist, crops = 1, skipCorrupt, batchSize } = options;
    const task = {
      ...{ experiment: name, folder, predictionsFolder },
      ...{ models, images, protocol, crops, skipCorrupt, batchSize },
      blacklist: blacklist === undefined ? undefined : readBlacklist(blacklist, images),
      backend: await selectBackend(),
    };
    return await withWorkers((workers) => recordedEvaluation(task, workers, events));
  } finally {
    models.forEach((model) => model.close());
  }
}

/**
 * Refuses the classes that the model was trained on in another order, for then every label means another class; says where
 * as many classes have other names.
 */
function compareClasses(
  model: EvaluatedModel,
  { name, classNames }: EvaluationImages,
  warn?: (text: string) => void,
): void {
  const own = classNamesOf(model);
  if (own?.length !== classNames.length) return;
  const different = classNames.findIndex((name, index) => name !== own[index]);
  if (different < 0) return;
  const text = `Class ${different} is "${classNames[different]}" in ${name}, but "${own[different]}" for ${model.reference}`;
  const known = new Set(own);
  if (classNames.every((name) => known.has(name))) {
    throw new UsageError(`${text}: give the order of its classes in a synset file.`);
  }
  warn?.(`${text}: classes are compared by their numbers.`);
}

import { selectBackend } from '../backend/select';
import { UsageError } from '../errors';
import { InferenceNetwork } from '../evaluation/inferenceNetwork';
import { defaultBatchSize, predictions, type PredictionTask } from '../evaluation/predict';
import { type CropCount, cropPlan } from '../images/crops';
import { ImageError } from '../images/imageError';
import type { EvaluatedModel } from '../results/evaluatedModel';
import type { Weights } from '../training/execution';
import { classNamesOf, readClassNames } from './classNames';
import { checkEvaluateOptions } from './evaluateOptions';
import { protocolOf } from './evaluationImages';
import { chosenModel, type ModelChoice } from './runModel';
import { withWorkers } from './withWorkers';

/** How images are predicted. */
export interface PredictOptions {
  /**
   * A file with the name of a class a line. Absent: the classes that the model's run was trained on; for a weight file with
   * 1000 classes those of ImageNet.
   */
  readonly labels?: string;
  /** 1, 12 or 144 crops of each image, over which the softmax is averaged; 1 unless told otherwise. */
  readonly crops?: CropCount;
  /** The moving averages of a run's parameters, unless told otherwise, or the parameters as the last step left them. */
  readonly weights?: Weights;
}

/** A class and how probable it is. */
export interface ClassProbability {
  /** Counted from 0. */
  readonly class: number;
  /** "class 17" where nothing tells its name. */
  readonly name: string;
  /** 0 to 1. */
  readonly probability: number;
}

/** The five most probable classes of an image, the first one first. */
export interface ImagePrediction {
  readonly image: string;
  readonly top: readonly ClassProbability[];
}

/** As many as the paper's top-5 error allows. */
const TOP = 5;

/**
 * Predicts image files one by one, JPEG or PNG; an ImageError stands for one that cannot be read.
 *
 * Throws a UsageError for options that are wrong, and errors as `openModel` does, before the first image.
 */
export async function predictFiles(
  choice: ModelChoice,
  files: readonly string[],
  options: PredictOptions,
  onImage: (prediction: ImagePrediction | ImageError) => void,
): Promise<void> {
  checkEvaluateOptions({ crops: options.crops, weights: options.weights });
  if (files.length === 0) throw new UsageError('There is no image to predict: name one.');
  const model = chosenModel(choice, options.weights);
  try {
    const names = options.labels ? readClassNames(options.labels, model) : classNamesOf(model);
    await selectBackend();
    await predictEach(model, files, options.crops ?? 1, (index, probabilities) =>
      onImage(
        probabilities instanceof ImageError
          ? probabilities
          : { image: files[index], top: topOf(probabilities, names) },
      ),
    );
  } finally {
    model.close();
  }
}

async function predictEach(
  model: EvaluatedModel,
  files: readonly string[],
  crops: CropCount,
  onPrediction: (index: number, prediction: Float32Array | ImageError) => void,
): Promise<void> {
  const { config } = model;
  const network = new InferenceNetwork(config, (name) => model.read(name));
  try {
    const task: PredictionTask = {
      network,
      images: { count: files.length, source: (index) => ({ file: files[index] }) },
      plan: cropPlan(crops, config.inputSize, protocolOf(model)),
      // A batch is filled up with zeros: no larger than all crops together.
      batchSize: Math.min(defaultBatchSize(config.inputSize), crops * files.length),
    };
    let index = 0;
    await withWorkers(async (workers) => {
      for await (const group of predictions(task, workers)) {
        group.forEach((prediction) => onPrediction(index++, prediction));
      }
    });
  } finally {
    network.dispose();
  }
}

function topOf(
  probabilities: Float32Array,
  names: readonly string[] | undefined,
): readonly ClassProbability[] {
  const classes = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  return classes.slice(0, TOP).map((index) => ({
    class: index,
    name: names?.[index] ?? `class ${index}`,
    probability: probabilities[index],
  }));
}

import { type Config, overrideConfig } from '../../lib/config';
import { datasetImages, evenlySpread } from '../../lib/data/evaluationImages';
import { syntheticDataset } from '../../lib/data/synthetic';
import { InferenceNetwork } from '../../lib/evaluation/inferenceNetwork';
import { defaultBatchSize, groupSize, predictions } from '../../lib/evaluation/predict';
import { cropPlan } from '../../lib/images/crops';
import { ImageWorkers } from '../../lib/images/imageWorkers';
import { buildNetwork, type NetworkConfig } from '../../lib/models/networks';
import { networkParameters } from '../../lib/models/parameters';
import type { EpochLine } from '../../lib/results/record';
import { resolveBackend } from '../../lib/results/recordedRun';
import { train } from '../../lib/training/train';
import { countsOf, distinctCrops, trainingWork } from './work';

/** How fast this machine trains a kind of networks. */
export interface TrainingPace {
  /** What a run takes beside its steps and evaluations: building the network, compiling, reading images. */
  readonly startSeconds: number;
  /** Per multiply-add of a forward pass, on images that are trained on, and on images that are evaluated. */
  readonly secondsPerTrained: number;
  readonly secondsPerEvaluated: number;
  /** How long it took to measure. */
  readonly seconds: number;
}

/** How fast this machine evaluates crops. */
export interface EvaluationPace {
  readonly startSeconds: number;
  readonly secondsPerCrop: number;
  readonly seconds: number;
}

const EPOCHS = 2;
const STEPS_PER_EPOCH = 6;
/** As many as the made-up images have. */
const TEST_IMAGES = 128;

/** Trains a few steps of a config on made-up images, without a record. */
export async function measureTraining(planned: Config): Promise<TrainingPace> {
  const { config } = await resolveBackend(planned);
  const short = overrideConfig(config, {
    'data.name': 'synthetic',
    'data.trainImages': STEPS_PER_EPOCH * config.batchSize,
    'data.testImages': TEST_IMAGES,
    epochs: EPOCHS,
  });
  const start = now();
  const ends: number[] = [];
  const lines: EpochLine[] = [];
  await train(short, syntheticDataset(), {
    onStep: () => ends.push(now()),
    onEpoch: (line) => lines.push(line),
  });
  return paceOf(short, { ends, lines, seconds: now() - start });
}

/** When what happened in a calibration. */
export interface CalibrationTimes {
  /** The ends of the steps, in seconds. */
  readonly ends: readonly number[];
  readonly lines: readonly Pick<EpochLine, 'seconds'>[];
  /** From the beginning to the end. */
  readonly seconds: number;
}

/** The pace of a calibration of two epochs: the first one's steps and evaluation also build the graphs, the second one's count. */
export function paceOf(config: Config, { ends, lines, seconds }: CalibrationTimes): TrainingPace {
  const { trained, evaluated } = trainingWork(config, countsOf(config));
  const second = ends.slice(ends.length / EPOCHS);
  const step = (second[second.length - 1] - second[0]) / (second.length - 1);
  const evaluation = lines[lines.length - 1]?.seconds.evaluate ?? 0;
  const training = ends.length * step;
  return {
    startSeconds: Math.max(0, seconds - training - EPOCHS * evaluation),
    secondsPerTrained: training / trained,
    secondsPerEvaluated: (EPOCHS * evaluation) / evaluated,
    seconds,
  };
}

/** Groups of images whose crops are evaluated; the first one also builds the graph. */
const GROUPS = 4;

/** Evaluates 144 crops of a few made-up images with a network whose weights are zero. */
export async function measureEvaluation(network: NetworkConfig): Promise<EvaluationPace> {
  const start = now();
  const plan = cropPlan(144, network.inputSize, 'cifar10');
  const batchSize = defaultBatchSize(network.inputSize);
  const group = groupSize(plan, batchSize);
  const images = evenlySpread(datasetImages(syntheticDataset()), GROUPS * group);
  const sizes = new Map(
    networkParameters(buildNetwork(network)).map(({ name, shape }) => [name, shape]),
  );
  const inference = new InferenceNetwork(
    network,
    (name) => new Float32Array((sizes.get(name) ?? []).reduce((a, b) => a * b, 1)),
  );
  const workers = new ImageWorkers();
  const ends: number[] = [];
  let predicted = 0;
  try {
    const task = { network: inference, images, plan, batchSize };
    for await (const { length } of predictions(task, workers)) {
      ends.push(now());
      predicted += length;
    }
  } finally {
    inference.dispose();
    await workers.close();
  }
  const seconds = now() - start;
  const perImage = (ends[GROUPS - 1] - ends[0]) / (predicted - group);
  return {
    startSeconds: Math.max(0, seconds - perImage * predicted),
    secondsPerCrop: perImage / distinctCrops(plan),
    seconds,
  };
}

function now(): number {
  return performance.now() / 1000;
}

import path from 'node:path';

import type { Command } from 'commander';

import { UsageError } from '../../lib/errors';
import type { CropCount } from '../../lib/images/crops';
import { ImageError } from '../../lib/images/imageError';
import type { EvaluationOutcome } from '../../lib/results/recordedEvaluation';
import { recordFolder } from '../../lib/results/store';
import { type EvaluateOptions } from '../../lib/run/evaluateOptions';
import { evaluation } from '../../lib/run/evaluation';
import { type ImagePrediction, predictFiles } from '../../lib/run/predictFiles';
import type { Weights } from '../../lib/training/execution';
import { evaluationDisplay } from '../evaluationDisplay';
import { evaluationText } from '../evaluationTexts';
import { interruption } from '../interruption';
import { parseCount } from '../parseCount';
import { predictionText } from '../predictionText';

interface EvaluateFlags extends Pick<
  EvaluateOptions,
  'data' | 'labels' | 'synsets' | 'blacklist' | 'skipCorrupt'
> {
  readonly crops: string;
  readonly weights: string;
  readonly limit?: string;
  readonly batch?: string;
  readonly json?: boolean;
}

interface PredictFlags {
  readonly crops: string;
  readonly weights: string;
  readonly labels?: string;
  readonly json?: boolean;
}

/** Records of `lab evaluate` are kept under this name. */
const EVALUATE = 'evaluate';

/** `lab evaluate <models...>` and `lab predict <model> <images...>`. */
export function addEvaluationCommands(program: Command): void {
  const models = "a run's id or .jsonl, a checkpoint, or a weight file of this laboratory";
  const evaluate = program
    .command('evaluate')
    .argument('<models...>', `${models}; the predictions of several are averaged`)
    .option('--data <images>', 'cifar10, or a folder; default: what the runs were trained on')
    .option('--labels <file>', 'the labels of a folder that has all images in one')
    .option('--synsets <file>', 'a class a line, in the order of the network')
    .option('--blacklist <file>', "numbers of ILSVRC's validation images to leave out, one a line")
    .option('--limit <count>', 'at most so many images, evenly spread')
    .option('--skip-corrupt', 'leave images that cannot be read out')
    .option('--batch <crops>', "crops in a forward pass; default: by the network's input size")
    .description(
      'top-1 and top-5 error, per class and by confidence; what is interrupted goes on by the same command',
    )
    .action(evaluateModels);
  const predict = program
    .command('predict')
    .argument('<model>', models)
    .argument('<images...>', 'JPEG or PNG files')
    .option('--labels <file>', "the name of a class a line; default: the run's or ImageNet's")
    .description('the five most probable classes of images')
    .action(predictImages);
  for (const command of [evaluate, predict]) {
    command
      .option('--crops <count>', '1, 12 or 144 crops of each image', '1')
      .option('--weights <which>', 'of runs and checkpoints: averaged or raw', 'averaged')
      .option('--json', 'machine-readable');
  }
}

async function evaluateModels(models: string[], flags: EvaluateFlags): Promise<void> {
  const { data, labels, synsets, blacklist, skipCorrupt } = flags;
  const options: EvaluateOptions = {
    ...{ data, labels, synsets, blacklist, skipCorrupt, ...modelOptions(flags) },
    limit: parseCount('--limit', flags.limit, 1),
    batchSize: parseCount('--batch', flags.batch, 1),
  };
  const display = evaluationDisplay();
  const { signal, exitCode, release } = interruption(display.say, display.stop);
  const title = models.length > 1 ? `${models.length} models` : path.basename(models[0]);
  const events = { signal, onImages: display.begin(title), onWarning: display.say };
  const place = { name: EVALUATE, folder: recordFolder(EVALUATE, 'standard') };
  try {
    tell(await evaluation(models, options, place, events), flags.json);
  } finally {
    release();
    display.stop();
  }
  process.exitCode = exitCode();
}

function tell({ file, record, skipped }: EvaluationOutcome, isJson = false): void {
  if (!record) {
    console.error('Stopped; the same command goes on from there.');
    return;
  }
  if (skipped) console.error('Evaluated before:');
  console.log(isJson ? JSON.stringify(record, null, 2) : evaluationText(record));
  console.error(`record: ${path.relative('', file)}`);
}

async function predictImages(model: string, images: string[], flags: PredictFlags): Promise<void> {
  const predicted: ImagePrediction[] = [];
  await predictFiles(model, images, { labels: flags.labels, ...modelOptions(flags) }, (one) => {
    if (one instanceof ImageError) {
      // The others are predicted all the same.
      console.error(one.message);
      process.exitCode = 1;
      return;
    }
    if (!flags.json) console.log(predictionText(one));
    predicted.push(one);
  });
  if (flags.json) console.log(JSON.stringify(predicted, null, 2));
}

function modelOptions({ crops, weights }: Pick<EvaluateFlags, 'crops' | 'weights'>): {
  readonly crops: CropCount;
  readonly weights: Weights;
} {
  if (crops !== '1' && crops !== '12' && crops !== '144') {
    throw new UsageError(`--crops is "${crops}": expected 1, 12 or 144.`);
  }
  if (weights !== 'averaged' && weights !== 'raw') {
    throw new UsageError(`--weights is "${weights}": expected averaged or raw.`);
  }
  return { crops: Number(crops) as CropCount, weights };
}

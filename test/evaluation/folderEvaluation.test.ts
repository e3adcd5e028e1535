import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { type Backend, selectBackend } from '../../lib/backend/select';
import { cifar10Folder, loadCifar10 } from '../../lib/data/cifar10';
import { evenlySpread } from '../../lib/data/evaluationImages';
import { readBlacklist } from '../../lib/data/imageFolder/blacklist';
import { folderImages, openImageFolder } from '../../lib/data/imageFolder/imageFolder';
import type { Metrics } from '../../lib/evaluation/metrics';
import { cropPlan } from '../../lib/images/crops';
import { ImageError } from '../../lib/images/imageError';
import { ImageWorkers } from '../../lib/images/imageWorkers';
import { buildNetwork, type NetworkConfig, type NetworkName } from '../../lib/models/networks';
import { networkParameters } from '../../lib/models/parameters';
import { createParameters } from '../../lib/models/parameterValues';
import { type EvaluatedModel, openModel } from '../../lib/results/evaluatedModel';
import type { EvaluationRecord } from '../../lib/results/evaluationRecord';
import type { EvaluationTask } from '../../lib/results/evaluationTask';
import { recordedEvaluation } from '../../lib/results/recordedEvaluation';
import { saveWeights } from '../../lib/weights/ownFormat';
import { HOSTILE_FILES, writeHostileFiles } from '../data/imageFolder/hostileFiles';
import { type MadeImageFolder, makeImageFolder } from '../data/madeImageFolder';
import { type ReferenceModel, referencePredictions } from './referencePrediction';

const CLASSES = 20;
const NETWORKS = ['inception-v3', 'inception-resnet-v1'] as const;

describe.skipIf(!existsSync(cifar10Folder()))('an evaluation on a folder of images', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'folder-evaluation-'));
  const workers = new ImageWorkers(2);
  let made: MadeImageFolder;
  let backend: Backend;
  let models: readonly EvaluatedModel[];
  let references: readonly ReferenceModel[];

  beforeAll(async () => {
    backend = await selectBackend();
    made = await makeImageFolder(folder, await loadCifar10(), 2);
    models = NETWORKS.map((name) => madeModel(folder, name));
    references = models.map(referenceOf);
    return async () => {
      models.forEach((model) => model.close());
      references.forEach(({ weights }) => tf.dispose([...weights.values()]));
      await workers.close();
      rmSync(folder, { recursive: true });
    };
  });

  function task(options: Partial<EvaluationTask>): EvaluationTask {
    const results = mkdtempSync(path.join(os.tmpdir(), 'folder-results-'));
    onTestFinished(() => rmSync(results, { recursive: true }));
    return {
      ...{ experiment: 'test', folder: results, predictionsFolder: results, backend },
      ...{ models, images: flatImages(), crops: 12, protocol: 'imagenet' },
      ...options,
    };
  }

  const flatImages = () => folderImages(openImageFolder(made.flatFolder, { labels: made.labels }));

  /** How the reference does on some of the images, averaged over models. */
  function expected(crops: 1 | 12 | 144, of = references, images = made.images): Outcome[] {
    const pictures = images.map(({ picture }) => picture);
    const each = of.map((model) => referencePredictions(model, pictures, crops));
    return images.map(({ synset }, index) => {
      const mean = each[0][index].map(
        (_, c) => each.reduce((sum, one) => sum + one[index][c], 0) / each.length,
      );
      const own = mean[made.synsets.indexOf(synset)];
      return { synset, rank: mean.filter((p) => p > own).length, loss: -Math.log(own) };
    });
  }

  it('gives the numbers of a plain computation: two models, 12 crops', async () => {
    const { record } = await recordedEvaluation(task({}), workers);
    expectMetrics(record?.metrics, expected(12), made.synsets);
  });

  it('gives the numbers of a plain computation: 144 crops of some of the images', async () => {
    const some = { images: evenlySpread(flatImages(), 5), models: models.slice(0, 1) };
    const { record } = await recordedEvaluation(task({ ...some, crops: 144 }), workers);
    const taken = [0, 8, 16, 24, 32].map((index) => made.images[index]);
    expectMetrics(record?.metrics, expected(144, references.slice(0, 1), taken), made.synsets);
  });

  it('gives the same numbers for a folder per class, and the labels of its folders', async () => {
    const images = folderImages(openImageFolder(made.classFolders));
    const { record } = await recordedEvaluation(task({ images, crops: 1 }), workers);
    expectMetrics(record?.metrics, expected(1), made.synsets);
  });

  it('differs by exactly the blacklisted images without them', async () => {
    const outcomes = expected(1);
    const kinds = [
      outcomes.filter(({ rank }) => rank === 0),
      outcomes.filter(({ rank }) => rank > 0 && rank < 5),
      outcomes.filter(({ rank }) => rank >= 5),
    ];
    expect(Math.min(...kinds.map((kind) => kind.length))).toBeGreaterThan(0);
    const leftOut = [...kinds[0].slice(0, 1), ...kinds[1].slice(0, 2), ...kinds[2].slice(0, 4)];
    const listed = leftOut.map((one) => outcomes.indexOf(one) + 1);
    const file = path.join(folder, 'blacklist.txt');
    writeFileSync(file, [...listed, 293, 50_000].join('\n'));
    const images = flatImages();
    const blacklist = readBlacklist(file, images);
    const { record } = await recordedEvaluation(task({ images, blacklist, crops: 1 }), workers);
    expect(record?.data.blacklist).toEqual({
      sha256: blacklist.sha256,
      excluded: leftOut.length,
    });
    expectMetrics(record?.metrics, outcomes, made.synsets);
    const kept = outcomes.filter((one) => !leftOut.includes(one));
    expectMetrics(record?.withoutBlacklisted, kept, made.synsets);
    const misses = ['top1', 'top5'].map((rate) => missesOf(record, rate as 'top1'));
    const [one, two, four] = kinds.map((kind, index) => Math.min(kind.length, [1, 2, 4][index]));
    expect(leftOut).toHaveLength(one + two + four);
    expect(misses).toEqual([two + four, four]);
  });

  it('names the first file that is no image, and skips all of them only when told to', async () => {
    const hostile = path.join(made.classFolders, made.synsets[3]);
    await writeHostileFiles(hostile, made.images[1].picture);
    const images = folderImages(openImageFolder(made.classFolders));
    expect(images.count).toBe(made.images.length + Object.keys(HOSTILE_FILES).length);
    const refused = task({ images, crops: 1 });
    await expect(recordedEvaluation(refused, workers)).rejects.toThrow(
      new RegExp(`${made.synsets[3]}.cut off\\.jpg is damaged or cut off.*--skip-corrupt`),
    );
    const { record } = await recordedEvaluation({ ...refused, skipCorrupt: true }, workers);
    const names = Object.keys(HOSTILE_FILES).sort();
    expect(record?.skipped).toEqual(names.map((name) => path.join(hostile, name)));
    expectMetrics(record?.metrics, expected(1), made.synsets);
  });

  it('has a reason for each file that is no image', async () => {
    const hostile = path.join(folder, 'hostile');
    mkdirSync(hostile);
    await writeHostileFiles(hostile, made.images[1].picture);
    const sources = Object.keys(HOSTILE_FILES).map((name) => ({ file: path.join(hostile, name) }));
    const reasons: string[] = [];
    for await (const prepared of workers.cropPictures(sources, cropPlan(1, 32, 'imagenet'), 4)) {
      reasons.push(prepared instanceof ImageError ? prepared.message : 'an image');
    }
    Object.values(HOSTILE_FILES).forEach((reason, index) => expect(reasons[index]).toMatch(reason));
  });
});

/** How a reference does on an image. */
interface Outcome {
  readonly synset: string;
  /** 0 when the true class has the highest probability. */
  readonly rank: number;
  readonly loss: number;
}

/** A network with its first weights, which tell images apart well enough for every rank to come up. */
function madeModel(folder: string, name: NetworkName): EvaluatedModel {
  const { network } = convergenceConfig(name, 'smoke');
  const config: NetworkConfig = { ...network, classes: CLASSES };
  const parameters = createParameters(buildNetwork(config), (of) => of.length);
  const file = path.join(folder, `${name}.safetensors`);
  saveWeights(file, config, (of) => parameters.get(of)?.dataSync<'float32'>() as Float32Array);
  tf.dispose([...parameters.values()]);
  return openModel(file);
}

function referenceOf({ config, read }: EvaluatedModel): ReferenceModel {
  const network = buildNetwork(config);
  const weights = networkParameters(network).map(({ name, shape }): [string, tf.Tensor] => [
    name,
    tf.tensor(read(name), [...shape]),
  ]);
  return { network, weights: new Map(weights), inputSize: config.inputSize };
}

/** How many more misses there are with the blacklisted images than without. */
function missesOf(record: EvaluationRecord | undefined, rate: 'top1' | 'top5'): number {
  const { metrics, withoutBlacklisted } = record as EvaluationRecord;
  return metrics[rate].misses - (withoutBlacklisted as Metrics)[rate].misses;
}

function expectMetrics(
  metrics: Metrics | undefined,
  outcomes: readonly Outcome[],
  synsets: readonly string[],
): void {
  const misses = (of: readonly Outcome[], k: number) => of.filter(({ rank }) => rank >= k).length;
  const percent = (of: readonly Outcome[], k: number) => (100 * misses(of, k)) / of.length;
  expect(metrics?.images).toBe(outcomes.length);
  expect([metrics?.top1.misses, metrics?.top5.misses]).toEqual([
    misses(outcomes, 1),
    misses(outcomes, 5),
  ]);
  expect(metrics?.top1.error).toBeCloseTo(percent(outcomes, 1), 10);
  const loss = outcomes.reduce((sum, one) => sum + one.loss, 0) / outcomes.length;
  expect(metrics?.loss).toBeCloseTo(loss, 4);
  synsets.forEach((synset, label) => {
    const own = outcomes.filter((one) => one.synset === synset);
    expect(metrics?.perClass[label]).toMatchObject({
      images: own.length,
      top1Error: own.length > 0 ? percent(own, 1) : null,
      top5Error: own.length > 0 ? percent(own, 5) : null,
    });
  });
}

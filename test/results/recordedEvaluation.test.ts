import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { type Backend, selectBackend } from '../../lib/backend/select';
import { datasetImages, type EvaluationImages } from '../../lib/data/evaluationImages';
import { syntheticDataset } from '../../lib/data/synthetic';
import { InferenceNetwork } from '../../lib/evaluation/inferenceNetwork';
import { predictions } from '../../lib/evaluation/predict';
import { rankOf } from '../../lib/evaluation/topK';
import { wilsonInterval } from '../../lib/evaluation/wilson';
import { cropPlan } from '../../lib/images/crops';
import type { NetworkName } from '../../lib/models/networks';
import { buildNetwork } from '../../lib/models/networks';
import { createParameters } from '../../lib/models/parameterValues';
import { type EvaluatedModel, openModel } from '../../lib/results/evaluatedModel';
import { type EvaluationRecord, readEvaluation } from '../../lib/results/evaluationRecord';
import type { EvaluationTask } from '../../lib/results/evaluationTask';
import { recordedEvaluation } from '../../lib/results/recordedEvaluation';
import { saveWeights } from '../../lib/weights/ownFormat';
import { PLAIN_PREPARER } from '../evaluation/plainPreparer';

const IMAGES: EvaluationImages = {
  ...datasetImages(syntheticDataset(10, 30)),
  validationNumber: (index) => index + 1,
};

/** The same, but some of them cannot be read. */
const WITH_BROKEN: EvaluationImages = {
  ...IMAGES,
  sha256: 'broken',
  source: (index) => ([4, 17].includes(index) ? { file: `${index}.jpg` } : IMAGES.source(index)),
};

describe('recordedEvaluation', () => {
  const weights = mkdtempSync(path.join(os.tmpdir(), 'evaluated-'));
  let backend: Backend;
  let models: readonly EvaluatedModel[];

  beforeAll(async () => {
    backend = await selectBackend();
    models = (['inception-v3', 'inception-resnet-v1'] as const).map((name) =>
      openModel(madeWeights(weights, name)),
    );
    return () => {
      models.forEach((model) => model.close());
      rmSync(weights, { recursive: true });
    };
  });

  function task(options: Partial<EvaluationTask> = {}): EvaluationTask {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'evaluation-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return {
      ...{ experiment: 'test', folder, predictionsFolder: path.join(folder, 'predictions') },
      ...{ models, images: IMAGES, crops: 12, protocol: 'cifar10', batchSize: 24, backend },
      ...options,
    };
  }

  /** The mean of the models' predictions, each made in one go. */
  async function plainPredictions(images: EvaluationImages): Promise<Float64Array[]> {
    const means = Array.from({ length: images.count }, () => new Float64Array(10));
    for (const model of models) {
      const network = new InferenceNetwork(model.config, (name) => model.read(name));
      const wanted = { network, images, plan: cropPlan(12, 32, 'cifar10'), batchSize: 360 };
      let image = 0;
      for await (const group of predictions(wanted, PLAIN_PREPARER)) {
        for (const prediction of group) {
          (prediction as Float32Array).forEach((p, c) => (means[image][c] += p / models.length));
          image += 1;
        }
      }
      network.dispose();
    }
    return means;
  }

  const misses = (means: readonly Float64Array[], k: number, kept: (index: number) => boolean) =>
    means.filter((mean, index) => kept(index) && rankOf(IMAGES.label(index), mean) >= k).length;

  it('records the errors of the averaged predictions, with and without the blacklisted images', async () => {
    const listed = [1, 2, 3, 11, 29];
    const blacklist = { numbers: new Set([...listed, 4000]), sha256: 'list' };
    const { record, file } = await recordedEvaluation(task({ blacklist }), PLAIN_PREPARER);
    const means = await plainPredictions(IMAGES);
    const all = misses(means, 1, () => true);
    const others = misses(means, 1, (index) => !listed.includes(index + 1));
    expect(all).toBeGreaterThan(0);
    expect(record?.metrics.top1).toEqual({
      misses: all,
      error: (100 * all) / 30,
      interval: wilsonInterval(all, 30).map((share) => 100 * share),
    });
    expect(record?.metrics.top5.misses).toBe(misses(means, 5, () => true));
    expect(record?.withoutBlacklisted).toMatchObject({ images: 25, top1: { misses: others } });
    expect(record?.data.blacklist).toEqual({ sha256: 'list', excluded: 5 });
    expect(readEvaluation(file)).toEqual(record);
  });

  it('goes on where it was stopped, to the same record, and is not done twice', async () => {
    const whole = await recordedEvaluation(task(), PLAIN_PREPARER);
    const interrupted = task();
    const stops = new AbortController();
    const first = await recordedEvaluation(interrupted, PLAIN_PREPARER, {
      signal: stops.signal,
      onImages: ({ model, done }) => {
        if (model === 2 && done >= 10) stops.abort();
      },
    });
    expect(first.record).toBeUndefined();
    const starts: number[] = [];
    const second = await recordedEvaluation(interrupted, PLAIN_PREPARER, {
      onImages: ({ model, done }) => (starts[model] ??= done),
    });
    expect(starts.slice(1)).toEqual([30, 10]);
    expect(withoutTimes(second.record)).toEqual(withoutTimes(whole.record));
    const third = await recordedEvaluation(interrupted, PLAIN_PREPARER);
    expect(third).toMatchObject({ skipped: true, record: second.record });
  });

  it('ends at an image that cannot be read, or leaves it out and says so', async () => {
    const refused = task({ images: WITH_BROKEN, models: models.slice(0, 1) });
    await expect(recordedEvaluation(refused, PLAIN_PREPARER)).rejects.toThrow(
      /^4\.jpg is made up\..*--skip-corrupt/,
    );
    const skipping = { ...refused, skipCorrupt: true };
    const { record } = await recordedEvaluation(skipping, PLAIN_PREPARER);
    expect(record?.skipped).toEqual([WITH_BROKEN.describe(4), WITH_BROKEN.describe(17)]);
    expect(record?.metrics.images).toBe(28);
    await expect(recordedEvaluation(refused, PLAIN_PREPARER)).rejects.toThrow(/^2 images could/);
  });

  it('uses what was predicted for a model when it is part of an ensemble, and holds no tensors', async () => {
    const single = task({ models: models.slice(0, 1) });
    const before = tf.memory().numTensors;
    await recordedEvaluation(single, PLAIN_PREPARER);
    let first: number | undefined;
    await recordedEvaluation({ ...single, models }, PLAIN_PREPARER, {
      onImages: ({ done }) => (first ??= done),
    });
    expect(first).toBe(30);
    expect(tf.memory().numTensors).toBe(before);
    const files = readdirSync(single.predictionsFolder as string);
    expect(files.filter((name) => !name.endsWith('.f32'))).toEqual([]);
  });

  it('refuses different classes, a model twice, and a blacklist of images without numbers', async () => {
    const images = { ...IMAGES, classNames: ['a', 'b'] };
    await expect(recordedEvaluation(task({ images }), PLAIN_PREPARER)).rejects.toThrow(
      /tells 10 classes apart, but .* has 2/,
    );
    const nine = { ...IMAGES, classNames: IMAGES.classNames.slice(1) };
    await expect(recordedEvaluation(task({ images: nine }), PLAIN_PREPARER)).rejects.toThrow(
      /--drop-background/,
    );
    const twice = task({ models: [models[0], models[0]] });
    await expect(recordedEvaluation(twice, PLAIN_PREPARER)).rejects.toThrow(
      /has the weights of another of the models/,
    );
    const blacklist = { numbers: new Set([1]), sha256: 'list' };
    const unnumbered = { ...IMAGES, validationNumber: undefined };
    await expect(
      recordedEvaluation(task({ blacklist, images: unnumbered }), PLAIN_PREPARER),
    ).rejects.toThrow(/numbers in ILSVRC's validation set/);
  });
});

function withoutTimes(record: EvaluationRecord | undefined): object {
  return { ...record, startedAt: undefined, seconds: undefined };
}

/** A weight file of a network with its first weights. */
function madeWeights(folder: string, name: NetworkName): string {
  const { network } = convergenceConfig(name, 'smoke');
  const parameters = createParameters(buildNetwork(network), (of) => of.length);
  const file = path.join(folder, `${name}.safetensors`);
  saveWeights(file, network, (of) => parameters.get(of)?.dataSync<'float32'>() as Float32Array);
  tf.dispose([...parameters.values()]);
  return file;
}

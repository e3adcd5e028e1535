import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { Config } from '../../lib/config';
import { evaluationBatches } from '../../lib/data/batches';
import { CIFAR10_CLASSES } from '../../lib/data/cifar10';
import type { ImageSet } from '../../lib/data/dataset';
import { syntheticDataset } from '../../lib/data/synthetic';
import { LabError, UsageError } from '../../lib/errors';
import type { Metrics } from '../../lib/evaluation/metrics';
import { projectRoot } from '../../lib/projectRoot';
import { readEvaluation } from '../../lib/results/evaluationRecord';
import { evaluate, type EvaluateSettings } from '../../lib/run/evaluate';
import { evaluation } from '../../lib/run/evaluation';
import type { FinishedRun } from '../../lib/run/finishedRun';
import { predict } from '../../lib/run/predict';
import type { EndedRun } from '../../lib/run/runModel';
import { train } from '../../lib/run/train';
import { emptyFolder, newFolder } from '../results/smallRuns';
import { tiny } from './tinyRun';

const { test, classNames } = syntheticDataset();
const folder = newFolder();
let runs: readonly FinishedRun[];
beforeAll(async () => {
  const short = { ...tiny, epochs: 1, execution: 'eager' } as const;
  runs = [await train(short), await train({ ...short, seed: 1 })];
}, 60_000);
afterAll(() => {
  runs.forEach((run) => run.dispose());
  rmSync(folder, { recursive: true, force: true });
});

const place = { name: 'test', folder, predictions: path.join(folder, 'predictions') };

/** Softmax of the run's tf.layers model for some test images, without the code under test. */
function softmaxOf({ model }: FinishedRun, images: ImageSet = test): number[][] {
  const [batch] = evaluationBatches(images, 32, images.count);
  return tf.tidy(() => {
    const pixels = tf.tensor4d(batch.pixels, [images.count, 32, 32, 3]);
    return tf.softmax(model.predict(pixels) as tf.Tensor2D).arraySync();
  });
}

/** The second run, as if it had been trained on something else. */
function trainedOn(data: object): EndedRun {
  const { record } = runs[1];
  const config = { ...record.run.config, data } as Config;
  return {
    record: { ...record, run: { ...record.run, config } },
    weights: (which) => runs[1].weights(which),
  };
}

function shareOfMisses(rows: readonly number[][], labels: ArrayLike<number>): number {
  const misses = rows.filter((row, image) => row.indexOf(Math.max(...row)) !== labels[image]);
  return (100 * misses.length) / rows.length;
}

async function metricsOf(
  models: Parameters<typeof evaluation>[0],
  options: EvaluateSettings = {},
): Promise<Metrics> {
  const { record } = await evaluation(models, options, place);
  return record?.metrics ?? expect.fail('no record');
}

describe('evaluate', () => {
  it('gives the error, loss and confusions of a run on what it was trained on', async () => {
    const rows = softmaxOf(runs[0]);
    const { images, loss, top1, perClass, confusion } = await metricsOf([runs[0]]);
    expect(images).toBe(test.count);
    expect(top1.error).toBeCloseTo(shareOfMisses(rows, test.labels), 10);
    const losses = rows.map((row, image) => -Math.log(row[test.labels[image]]));
    expect(loss).toBeCloseTo(losses.reduce((sum, one) => sum + one) / rows.length, 4);
    expect(perClass.map(({ name }) => name)).toEqual(classNames);
    const guesses = rows.filter((row) => row.indexOf(Math.max(...row)) === 3).length;
    expect(confusion?.reduce((sum, row) => sum + row[3], 0)).toBe(guesses);
  });

  it('averages the softmax of several models, and keeps no tensor', async () => {
    const [one, other] = runs.map((run) => softmaxOf(run));
    const mean = one.map((row, image) => row.map((value, k) => (value + other[image][k]) / 2));
    const before = tf.memory().numTensors;
    const { top1 } = await metricsOf(runs);
    expect(tf.memory().numTensors).toBe(before);
    expect(top1.error).toBeCloseTo(shareOfMisses(mean, test.labels), 10);
  });

  it('takes as many images as it is told, spread over all', async () => {
    const chosen = [0, 12, 25, 38, 51, 64, 76, 89, 102, 115];
    const rows = softmaxOf(runs[0]);
    const { images, top1 } = await metricsOf([runs[0]], { limit: 10 });
    const picked = chosen.map((index) => rows[index]);
    expect(images).toBe(10);
    expect(top1.error).toBeCloseTo(
      shareOfMisses(
        picked,
        chosen.map((index) => test.labels[index]),
      ),
      10,
    );
    expect((await metricsOf([runs[0]], { limit: 1e6 })).images).toBe(test.count);
  });

  it('takes raw weights, and weight files, where the images are named', async () => {
    const file = path.join(emptyFolder(), 'raw.safetensors');
    runs[0].save(file, 'raw');
    const data = { data: 'synthetic' };
    const ofFile = await metricsOf([file], data);
    expect(ofFile).toEqual(await metricsOf([runs[0]], { weights: 'raw' }));
    expect(ofFile.loss).not.toBe((await metricsOf([runs[0]])).loss);
    await expect(metricsOf([file])).rejects.toThrow(/do not say what they were trained on/);
  });

  it('records what it did, once', async () => {
    const record = `test-run-evaluate-${process.pid}`;
    const own = path.join(projectRoot(), 'results', record);
    mkdirSync(own, { recursive: true });
    const settings = { record, progress: false, limit: 20 };
    try {
      const first = await evaluate(runs[0], settings);
      expect(first).toMatchObject({
        ...{ experiment: record, crops: 1, skipped: [] },
        models: [{ name: 'inception-resnet-v1', weights: 'averaged', run: runs[0].record.run.id }],
        data: { name: 'synthetic', images: 20, of: test.count },
      });
      expect(await evaluate(runs[0], settings)).toEqual(first);
      expect(readEvaluation(path.join(own, `${first.id}.json`))).toEqual(first);
    } finally {
      rmSync(own, { recursive: true });
    }
  });

  it.each<[object, RegExp]>([
    [{ crops: 10 }, /crops is 10: expected 1, 12 or 144/],
    [{ limit: 0 }, /limit is 0: expected a whole number from 1/],
    [{ batchSize: 1.5 }, /batchSize is 1.5/],
    [{ weights: 'best' }, /weights is "best": expected averaged or raw/],
    [{ data: '' }, /data is ""/],
    [{ labels: 'val.txt' }, /name it as data, too/],
    [{ data: 'synthetic', labels: 'val.txt' }, /has labels and classes of its own/],
    [{ blacklist: 'list.txt' }, /no numbers in ILSVRC's validation set/],
    [{ record: false }, /record is false/],
    [{ record: '../elsewhere' }, /record is "\.\.\/elsewhere"/],
  ])('refuses %j', async (options, message) => {
    const refused = evaluate(runs[0], { progress: false, ...options });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  it('refuses no model, what is none, and runs of different data', async () => {
    await expect(metricsOf([], { data: 'synthetic' })).rejects.toThrow(/no model to evaluate/);
    await expect(evaluate(null as never)).rejects.toThrow(/A model is null: expected a run/);
    const stranger = trainedOn({ ...runs[1].record.run.config.data, name: 'cifar10' });
    await expect(metricsOf([runs[0], stranger])).rejects.toThrow(
      /was trained for synthetic, .* for cifar10: name the images/,
    );
  });

  it('takes the classes of a folder, and says where they are called otherwise', async () => {
    const own = emptyFolder();
    for (const name of ['a', ...classNames.slice(1)]) {
      mkdirSync(path.join(own, name));
      await sharp(Buffer.alloc(48, 200), { raw: { width: 4, height: 4, channels: 3 } })
        .png()
        .toFile(path.join(own, name, 'grey.png'));
    }
    const onWarning = vi.fn();
    const { record } = await evaluation([runs[0]], { data: own }, place, { onWarning });
    expect(record?.metrics.images).toBe(10);
    const ofFolder = trainedOn({ name: 'imageFolder', validation: own });
    const { perClass } = await metricsOf([ofFolder]);
    expect(perClass.map(({ name }) => name)).toEqual(['a', ...classNames.slice(1)]);
    const [{ top }] = await predict(ofFolder, [path.join(own, 'a', 'grey.png')]);
    top.forEach((one) => expect(one.name).toBe(['a', ...classNames.slice(1)][one.class]));
    expect(onWarning.mock.calls).toEqual([
      [expect.stringMatching(/^Class 0 is "a" in .*, but "stripes 0" for unrecorded-/)],
    ]);
    rmSync(path.join(own, 'a'), { recursive: true });
    await expect(metricsOf([runs[0]], { data: own })).rejects.toThrow(
      /tells 10 classes apart, but .* has 9/,
    );
  });

  it('refuses the classes of the model in another order', async () => {
    const data = emptyFolder();
    const synsets = path.join(emptyFolder(), 'synsets.txt');
    writeFileSync(synsets, [...CIFAR10_CLASSES].reverse().join('\n'));
    for (const name of CIFAR10_CLASSES) {
      mkdirSync(path.join(data, name));
      writeFileSync(path.join(data, name, 'never-read.png'), '');
    }
    const ofCifar10 = trainedOn({ ...runs[0].record.run.config.data, name: 'cifar10' });
    await expect(metricsOf([ofCifar10], { data, synsets })).rejects.toThrow(
      /^Class 0 is "truck" in .*, but "airplane" for .*: give the order of its classes/,
    );
  });
});

describe('predict', () => {
  const files = [3, 4, 5].map((index) => path.join(folder, `${index}.png`));
  beforeAll(async () => {
    for (const [place, index] of [3, 4, 5].entries()) {
      const pixels = test.pixels.slice(index * 3072, (index + 1) * 3072);
      const raw = { width: 32, height: 32, channels: 3 } as const;
      await sharp(pixels, { raw }).png().toFile(files[place]);
    }
  });

  it('gives the five most probable classes, by the names of the data of the run', async () => {
    const images = { ...test, count: 6 };
    const rows = softmaxOf(runs[0], images).slice(3);
    const predicted = await predict(runs[0], files);
    expect(predicted.map(({ image }) => image)).toEqual(files);
    for (const [index, { top }] of predicted.entries()) {
      const sorted = [...rows[index].entries()].sort(([, a], [, b]) => b - a).slice(0, 5);
      expect(top.map((one) => one.class)).toEqual(sorted.map(([number]) => number));
      expect(top.map(({ name }) => name)).toEqual(sorted.map(([number]) => classNames[number]));
      top.forEach(({ probability }, k) => expect(probability).toBeCloseTo(sorted[k][1], 5));
    }
  });

  it('takes names from a file, and numbers where nothing tells names', async () => {
    const own = emptyFolder();
    const weights = path.join(own, 'weights.safetensors');
    runs[0].save(weights);
    const [unnamed] = await predict(weights, files.slice(0, 1));
    expect(unnamed.top[0].name).toBe(`class ${unnamed.top[0].class}`);
    const labels = path.join(own, 'names.txt');
    writeFileSync(labels, Array.from({ length: 10 }, (_, k) => `pattern ${k}\n`).join(''));
    const [named] = await predict(weights, files.slice(0, 1), { labels, crops: 12 });
    expect(named.top[0].name).toBe(`pattern ${named.top[0].class}`);
    writeFileSync(labels, 'one\ntwo\n');
    await expect(predict(weights, files, { labels })).rejects.toThrow(
      /names 2 classes, but weights.safetensors tells 10 apart/,
    );
  });

  it('names what cannot be read', async () => {
    const text = path.join(emptyFolder(), 'text.jpg');
    copyFileSync(__filename, text);
    await expect(predict(runs[0], [files[0], text])).rejects.toThrow(LabError);
    await expect(predict(runs[0], [files[0], text])).rejects.toThrow(/text\.jpg/);
    await expect(predict(runs[0], [])).rejects.toThrow(/no image to predict/);
  });
});

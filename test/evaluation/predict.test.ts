import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { datasetImages, type EvaluationImages } from '../../lib/data/evaluationImages';
import { syntheticDataset } from '../../lib/data/synthetic';
import { InferenceNetwork } from '../../lib/evaluation/inferenceNetwork';
import { defaultBatchSize, groupSize, predictions } from '../../lib/evaluation/predict';
import { type CropPlan, cropPlan, imageCrops, writeCrop } from '../../lib/images/crops';
import { ImageError } from '../../lib/images/imageError';
import type { Picture } from '../../lib/images/picture';
import { buildNetwork } from '../../lib/models/networks';
import { createParameters } from '../../lib/models/parameterValues';
import { PLAIN_PREPARER } from './plainPreparer';

const { network: CONFIG } = convergenceConfig('inception-v3', 'smoke');
const IMAGES = 7;
const SQUARE = datasetImages(syntheticDataset(10, IMAGES));

/** Images of 32x32 and, in between, some that are wider or higher. */
const MIXED: EvaluationImages = {
  ...SQUARE,
  source: (index) => ({ picture: index % 2 === 0 ? pictureOf(index) : longPicture(index) }),
};

function pictureOf(index: number): Picture {
  const source = SQUARE.source(index);
  if ('file' in source) throw new Error('not a file');
  return source.picture;
}

/** Two of the images side by side, or one above the other. */
function longPicture(index: number): Picture {
  const picture = pictureOf(index);
  const { pixels } = picture;
  const twice = Uint8Array.from({ length: 2 * pixels.length }, (_, i) => pixels[i >> 1]);
  return index % 4 === 1
    ? { width: 64, height: 32, pixels: twice }
    : { width: 32, height: 64, pixels: twice };
}

describe('predictions', () => {
  let network: InferenceNetwork;

  beforeAll(async () => {
    await selectBackend();
    const parameters = createParameters(buildNetwork(CONFIG), (name) => name.length);
    network = new InferenceNetwork(
      CONFIG,
      (name) => parameters.get(name)?.dataSync<'float32'>() as Float32Array,
    );
    tf.dispose([...parameters.values()]);
    return () => network.dispose();
  });

  async function all(images: EvaluationImages, plan: CropPlan, batchSize: number, from = 0) {
    const groups = [];
    for await (const group of predictions(
      { network, images, plan, batchSize, from },
      PLAIN_PREPARER,
    )) {
      groups.push(group);
    }
    return groups.flat();
  }

  /** Every crop by itself, each counted once. */
  async function plain(images: EvaluationImages, plan: CropPlan): Promise<number[][]> {
    const sources = Array.from({ length: images.count }, (_, index) => images.source(index));
    const means: number[][] = [];
    for await (const prepared of PLAIN_PREPARER.cropPictures(sources, plan)) {
      if (prepared instanceof ImageError) throw prepared;
      const { crops } = imageCrops(prepared.width, prepared.height, plan);
      const mean = new Array<number>(10).fill(0);
      for (const crop of crops) {
        const pixels = new Float32Array(32 * 32 * 3);
        writeCrop(prepared.pictures[crop.picture], crop, 32, pixels);
        network.probabilities(pixels).forEach((p, c) => (mean[c] += p / crops.length));
      }
      means.push(mean);
    }
    return means;
  }

  it.each([
    [1, SQUARE, 240],
    [12, SQUARE, 24],
    [12, MIXED, 36],
    [144, MIXED, 50],
  ] as const)(
    'of %i crops are the mean of the softmax over each crop',
    async (crops, images, size) => {
      const some = { ...images, count: crops === 144 ? 3 : IMAGES };
      const plan = cropPlan(crops, 32, 'cifar10');
      const found = await all(some, plan, size);
      const expected = await plain(some, plan);
      expect(found).toHaveLength(expected.length);
      expected.flat().forEach((probability, i) => {
        const prediction = found[Math.floor(i / 10)] as Float32Array;
        expect(prediction[i % 10]).toBeCloseTo(probability, 5);
      });
    },
  );

  it('are the same to the last bit from a later group on', async () => {
    const plan = cropPlan(12, 32, 'cifar10');
    const size = groupSize(plan, 24);
    const whole = await all(MIXED, plan, 24);
    expect(size).toBe(2);
    expect(await all(MIXED, plan, 24, 2 * size)).toEqual(whole.slice(2 * size));
  });

  it('say which images could not be read and go on', async () => {
    const images: EvaluationImages = {
      ...SQUARE,
      source: (index) => (index === 2 ? { file: 'broken.jpg' } : SQUARE.source(index)),
    };
    const found = await all(images, cropPlan(1, 32, 'cifar10'), 4);
    expect(found.map((one) => one instanceof ImageError)).toEqual(
      Array.from({ length: IMAGES }, (_, index) => index === 2),
    );
  });

  it('hold no tensors between images', async () => {
    const before = tf.memory().numTensors;
    await all(SQUARE, cropPlan(12, 32, 'cifar10'), 24);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the sizes of batches and groups', () => {
  it('let the crops of square images fill batches', () => {
    const sizes = [1, 12, 144].map((crops) =>
      groupSize(cropPlan(crops as 1, 32, 'cifar10'), defaultBatchSize(32)),
    );
    expect(defaultBatchSize(32)).toBe(240);
    expect(sizes).toEqual([240, 20, 5]);
    expect(defaultBatchSize(299)).toBe(12);
    expect(groupSize(cropPlan(144, 299, 'imagenet'), 12)).toBe(1);
  });
});

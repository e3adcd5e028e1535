import { describe, expect, it } from 'vitest';

import { type Batch, trainingBatches } from '../../lib/data/batches';
import type { EvaluationImages } from '../../lib/data/evaluationImages';
import { folderEvaluationBatches, folderTrainingBatches } from '../../lib/data/folderBatches';
import { ImageError } from '../../lib/images/imageError';
import type { ImageSource } from '../../lib/images/picture';
import type { ImagePreparer } from '../../lib/images/preparation';

const SIZE = 2;
const COUNT = 10;

/** Images named after their number, of seven classes. */
const images: EvaluationImages = {
  ...{ name: 'numbers', sha256: '', count: COUNT, classNames: [...'abcdefg'] },
  label: (index) => index % 7,
  describe: String,
  source: (index) => ({ file: String(index) }),
};

function numberOf(source: ImageSource): number {
  return 'file' in source ? Number(source.file) : NaN;
}

/** Gives every image pixels of its own number; image `broken` cannot be read. Tells what it was asked for. */
function standIn(broken = -1) {
  const told = { seeds: new Map<number, number>(), ahead: 0, closed: 0 };
  async function* prepared<Job, Result>(
    jobs: Iterable<Job>,
    ahead: number,
    prepare: (job: Job) => readonly [number, Result],
  ): AsyncGenerator<Result | ImageError> {
    told.ahead = ahead;
    try {
      for (const job of jobs) {
        const [number, result] = prepare(job);
        await Promise.resolve();
        yield number === broken ? new ImageError(`image ${number}`, 'is broken') : result;
      }
    } finally {
      told.closed += 1;
    }
  }
  const preparer: ImagePreparer = {
    cropPictures: (sources, { inputSize }, ahead) =>
      prepared(sources, ahead, (source) => {
        const pixels = new Uint8Array(inputSize * inputSize * 3).fill(numberOf(source));
        const picture = { width: inputSize, height: inputSize, pixels };
        return [numberOf(source), { width: 9, height: 9, pictures: [picture] }];
      }),
    trainingInputs: (jobs, ahead) =>
      prepared(jobs, ahead, ({ source, preparation: { inputSize, seed } }) => {
        const number = numberOf(source);
        told.seeds.set(number, seed);
        return [number, { pixels: new Float32Array(inputSize * inputSize * 3).fill(number) }];
      }),
  };
  return { preparer, told };
}

const options = { batchSize: 4, imageSize: SIZE, augment: true, seed: 1, epoch: 0 };

async function batchesOf(overrides: Partial<typeof options> & { from?: number } = {}) {
  const { preparer, told } = standIn();
  const batches: Batch[] = [];
  const stream = folderTrainingBatches(images, preparer, { ...options, ...overrides });
  for await (const batch of stream) batches.push(batch);
  return { batches, told };
}

describe('folderTrainingBatches', () => {
  it('draws the same order as images in memory', async () => {
    const numbers = Uint8Array.from({ length: COUNT * 12 }, (_, byte) => Math.floor(byte / 12));
    const labels = Uint8Array.from({ length: COUNT }, (_, index) => index % 7);
    const inMemory = { count: COUNT, pixels: numbers, labels };
    for (const epoch of [0, 1]) {
      const expected = [...trainingBatches(inMemory, { ...options, epoch, augment: false })];
      const { batches } = await batchesOf({ epoch });
      expect(batches.map((batch) => batch.labels)).toEqual(expected.map((batch) => batch.labels));
    }
  });

  it('gives whole batches in which every image has its label', async () => {
    const { batches } = await batchesOf();
    expect(batches.map(({ count }) => count)).toEqual([4, 4]);
    const seen = batches.flatMap(({ pixels, labels }) =>
      [...labels].map((label, place) => {
        const own = pixels.subarray(place * 12, (place + 1) * 12);
        expect(new Set(own).size).toBe(1);
        expect(own[0] % 7).toBe(label);
        return own[0];
      }),
    );
    expect(new Set(seen).size).toBe(8);
  });

  it('goes on within an epoch with what would have come', async () => {
    const [whole, rest] = [await batchesOf(), await batchesOf({ from: 1 })];
    expect(rest.batches).toEqual(whole.batches.slice(1));
    rest.told.seeds.forEach((seed, number) => expect(whole.told.seeds.get(number)).toBe(seed));
    expect((await batchesOf({ from: 2 })).batches).toEqual([]);
  });

  it('distorts every image anew in every epoch', async () => {
    const [first, second] = [await batchesOf(), await batchesOf({ epoch: 1 })];
    const seeds = [...first.told.seeds.values(), ...second.told.seeds.values()];
    expect(new Set(seeds).size).toBe(16);
  });

  it('takes the centres without augmentation', async () => {
    const { batches, told } = await batchesOf({ augment: false });
    expect(told.seeds.size).toBe(0);
    batches.forEach(({ pixels, labels }) =>
      labels.forEach((label, place) =>
        expect(Math.round((pixels[place * 12] + 1) * 127.5) % 7).toBe(label),
      ),
    );
  });

  it('throws what is wrong with an image, and lets the preparer go', async () => {
    const { preparer, told } = standIn(3);
    const stream = folderTrainingBatches(images, preparer, { ...options, batchSize: 10 });
    await expect(stream.next()).rejects.toThrow('image 3 is broken');
    expect(told.closed).toBe(1);
  });

  it('lets the preparer go when it is ended early', async () => {
    const { preparer, told } = standIn();
    const stream = folderTrainingBatches(images, preparer, options);
    await stream.next();
    expect([told.ahead, told.closed]).toEqual([8, 0]);
    await stream.return(undefined);
    expect(told.closed).toBe(1);
  });
});

describe('folderEvaluationBatches', () => {
  it('gives all images in order, the rest in a smaller batch', async () => {
    const batches: Batch[] = [];
    const size = { imageSize: SIZE, batchSize: 4 };
    for await (const batch of folderEvaluationBatches(images, standIn().preparer, size)) {
      batches.push(batch);
    }
    expect(batches.map(({ count, pixels }) => [count, pixels.length])).toEqual([
      [4, 48],
      [4, 48],
      [2, 24],
    ]);
    const numbers = batches.flatMap(({ pixels }) => [...pixels].filter((_, at) => at % 12 === 0));
    expect(numbers.map((value) => Math.round((value + 1) * 127.5))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(batches.flatMap(({ labels }) => [...labels])).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1, 2]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cropPlan, imageCrops } from '../../lib/images/crops';
import { ImageError } from '../../lib/images/imageError';
import { ImageWorkers } from '../../lib/images/imageWorkers';
import type { ImageSource, Picture } from '../../lib/images/picture';
import { requestedPictures } from '../../lib/images/pictures';
import { trainingInput } from '../../lib/images/trainingInput';

const PLAN = cropPlan(12, 32, 'cifar10');

/** A picture whose pixels all tell its number. */
function numbered(number: number, width = 8, height = 6): Picture {
  return { width, height, pixels: new Uint8Array(3 * width * height).fill(number) };
}

/** Sources, and how many of them have been asked for. */
class CountedSources implements Iterable<ImageSource> {
  asked = 0;
  returned = false;

  constructor(private readonly count: number) {}

  *[Symbol.iterator](): Generator<ImageSource, void> {
    try {
      for (; this.asked < this.count;) yield { picture: numbered(this.asked++) };
    } finally {
      this.returned = true;
    }
  }
}

describe('ImageWorkers', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'workers-'));
  let workers: ImageWorkers;

  beforeAll(() => (workers = new ImageWorkers(2)));
  afterAll(async () => {
    await workers.close();
    rmSync(folder, { recursive: true });
  });

  async function all(sources: Iterable<ImageSource>, ahead: number) {
    const made = [];
    for await (const one of workers.cropPictures(sources, PLAN, ahead)) made.push(one);
    return made;
  }

  it('leaves pixels that are a view of more where they are', async () => {
    const whole = Buffer.alloc(2 * 3 * 40 * 30, 7);
    const sources = [0, 1].map((index) => ({
      picture: { width: 40, height: 30, pixels: whole.subarray(index * 3600, (index + 1) * 3600) },
    }));
    const prepared = await all(sources, 2);
    expect(prepared.map((one) => one instanceof ImageError)).toEqual([false, false]);
    expect(whole.every((value) => value === 7)).toBe(true);
    expect(whole).toHaveLength(7200);
  });

  it('gives the pictures of every image in the order asked', async () => {
    // Large images between small ones, so that threads overtake each other.
    const pictures = Array.from({ length: 9 }, (_, number) =>
      numbered(number, number % 3 === 0 ? 700 : 5, 400),
    );
    const made = await all(
      pictures.map((picture) => ({ picture })),
      7,
    );
    expect(made).toHaveLength(9);
    made.forEach((one, number) => {
      if (one instanceof ImageError) return expect.fail(one.message);
      const { width, height } = pictures[number];
      const requests = imageCrops(width, height, PLAN).pictures;
      expect([one.width, one.height]).toEqual([width, height]);
      expect(one.pictures).toEqual(requestedPictures(pictures[number], requests));
    });
  });

  it('makes the training inputs that its seeds decide', async () => {
    const pixels = new Uint8Array(3 * 40 * 30).map((_, index) => (index * 37) % 251);
    const picture = { width: 40, height: 30, pixels };
    const preparations = [0, 1, 0].map(
      (seed) => ({ kind: 'training', inputSize: 16, seed }) as const,
    );
    const jobs = preparations.map((preparation) => ({ source: { picture }, preparation }));
    const made = [];
    for await (const one of workers.trainingInputs(jobs, 2)) made.push(one);
    expect(made).toEqual(preparations.map((one) => trainingInput(picture, one)));
    expect(made[0]).toEqual(made[2]);
    expect(made[0]).not.toEqual(made[1]);
  });

  it('asks for no more than it may hold', async () => {
    const sources = new CountedSources(12);
    let taken = 0;
    for await (const made of workers.cropPictures(sources, PLAN, 3)) {
      expect(made).not.toBeInstanceOf(ImageError);
      taken++;
      expect(sources.asked).toBe(Math.min(taken + 3, 12));
    }
    expect(taken).toBe(12);
  });

  it('ends the sources when the reader stops, and then serves the next', async () => {
    const sources = new CountedSources(100);
    const images = workers.cropPictures(sources, PLAN, 2);
    expect((await images.next()).done).toBe(false);
    await images.return();
    expect(sources.returned).toBe(true);
    expect(sources.asked).toBeLessThan(4);
    expect(await all([{ picture: numbered(5) }], 1)).toHaveLength(1);
  });

  it('takes of a view of a large buffer only the view', async () => {
    const everything = new Uint8Array(3 * 8 * 6 * 1000).map((_, index) => index % 251);
    const pixels = everything.subarray(144, 288);
    const [made] = await all([{ picture: { width: 8, height: 6, pixels } }], 1);
    expect(everything).toHaveLength(144_000);
    const requests = imageCrops(8, 6, PLAN).pictures;
    const picture = { width: 8, height: 6, pixels: everything.slice(144, 288) };
    expect(made).toMatchObject({ pictures: requestedPictures(picture, requests) });
  });

  it('names an image it cannot use in its place, and goes on', async () => {
    const good = path.join(folder, 'good.png');
    const bad = path.join(folder, 'bad.jpg');
    await sharp({ create: { width: 9, height: 4, channels: 3, background: '#102030' } }).toFile(
      good,
    );
    writeFileSync(bad, 'not an image');
    const made = await all(
      [good, bad, good].map((file) => ({ file })),
      3,
    );
    expect(made[0]).toMatchObject({ width: 9, height: 4 });
    expect(made[1]).toBeInstanceOf(ImageError);
    expect(made[1]).toMatchObject({ file: bad });
    expect(made[2]).toEqual(made[0]);
  });

  it('prepares images while the main thread is blocked', async () => {
    const picture = numbered(1, 500, 400);
    const sources = Array.from({ length: 12 }, () => ({ picture }));
    const start = performance.now();
    await all(sources, sources.length);
    const needed = performance.now() - start;

    const images = workers.cropPictures(sources, PLAN, sources.length);
    await images.next();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * needed);
    const goesOn = performance.now();
    for await (const made of images) expect(made).not.toBeInstanceOf(ImageError);
    expect(performance.now() - goesOn).toBeLessThan(needed / 2);
  });

  it('throws when it was closed, when a picture is not what it says, and for no threads', async () => {
    const closed = new ImageWorkers(1);
    await closed.close();
    await closed.close();
    const rest = closed.cropPictures([{ picture: numbered(1) }], PLAN, 1);
    await expect(rest.next()).rejects.toThrow(/has ended/);
    const wrong = { picture: { ...numbered(1), width: 9 } };
    await expect(all([wrong], 1)).rejects.toThrow(/144.*9x6/);
    expect(() => new ImageWorkers(0)).toThrow(RangeError);
    await expect(all([], 0)).rejects.toThrow(RangeError);
  });
});

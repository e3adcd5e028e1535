import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Overrides } from '../../lib/config';
import { randomStream } from '../../lib/data/random';
import type { RecordedOutcome } from '../../lib/results/recordedRun';
import { evaluation } from '../../lib/run/evaluation';
import { bitsOf, emptyFolder, newFolder, timeless, TINY, work } from '../results/smallRuns';

const CLASSES = ['amber', 'black', 'cyan'];
const BASE = [
  [220, 150, 40],
  [30, 30, 30],
  [40, 200, 220],
];

const images = newFolder();
afterAll(() => rmSync(images, { recursive: true, force: true }));

/** Two epochs of three steps of eight images, evaluated on nine. */
const FOLDERS: Overrides = {
  ...TINY,
  ...{ 'data.name': 'imageFolder', 'data.trainImages': null, 'data.testImages': null },
  'data.train': path.join(images, 'train'),
  'data.validation': path.join(images, 'validation'),
  'data.labels': path.join(images, 'labels.txt'),
  ...{ 'network.classes': 3, batchSize: 8 },
};

/** A file of a class's colour in noise; JPEG or PNG, of some size between 20 and 60 pixels. */
async function writeImage(file: string, label: number, random: () => number): Promise<void> {
  const side = (): number => 20 + Math.floor(random() * 40);
  const [width, height] = [side(), side()];
  const pixels = Uint8Array.from(
    { length: width * height * 3 },
    (_, index) => BASE[label][index % 3] + 30 * random(),
  );
  mkdirSync(path.dirname(file), { recursive: true });
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(file);
}

beforeAll(async () => {
  const random = randomStream(1);
  for (const [label, name] of CLASSES.entries()) {
    for (let i = 0; i < 9; i++) {
      const file = `${i}.${i % 2 ? 'png' : 'jpg'}`;
      await writeImage(path.join(images, 'train', name, file), label, random);
      if (i < 3) {
        await writeImage(path.join(images, 'validation', `${name}-${file}`), label, random);
      }
    }
  }
  const files = readdirSync(path.join(images, 'validation'));
  const lines = files.map((file) => `${file} ${file.split('-')[0]}\n`);
  writeFileSync(path.join(images, 'labels.txt'), lines.join(''));
});

const train = (folder: string, options = {}, overrides: Overrides = {}) =>
  work(folder, options, { ...FOLDERS, ...overrides });

/** Works on the run in a process of its own, which is killed after a step. */
async function killAfter(step: number, folder: string): Promise<void> {
  const options = { folder, overrides: FOLDERS, checkpoints: { everySteps: 1 } };
  const program = path.join(__dirname, 'runProcess.mjs');
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === `step ${step}`) child.kill('SIGKILL');
  }
  expect((await ended)[1]).toBe('SIGKILL');
}

function result(outcome: RecordedOutcome) {
  return { record: timeless(outcome.record), bits: bitsOf(outcome) };
}

describe('a run on folders of images', () => {
  let whole: RecordedOutcome;

  beforeAll(async () => {
    const folder = newFolder();
    whole = await train(folder);
    return () => rmSync(folder, { recursive: true, force: true });
  });

  it('takes every image of the training folder that fills a batch, and all of the other', () => {
    const { run, epochs, final } = whole.record;
    expect([final?.status, final?.step]).toEqual(['done', 6]);
    expect(run.data.name).toBe('imageFolder');
    expect(run.data.sha256).toMatch(/^[0-9a-f]{64}$/);
    // Of nine images each error is a number of ninths.
    epochs.forEach(({ top1Error }) =>
      expect((top1Error / 100) * 9).toBeCloseTo(Math.round((top1Error / 100) * 9), 9),
    );
  });

  it('is evaluated after each epoch as `lab evaluate` evaluates it, on the same folder', async () => {
    const place = { name: 'test', folder: emptyFolder() };
    const { record } = await evaluation([whole.checkpoint as string], {}, place);
    const last = whole.record.epochs.at(-1);
    expect(record?.data).toMatchObject({ name: 'validation', images: 9 });
    expect(record?.metrics.perClass.map(({ name }) => name)).toEqual(CLASSES);
    expect(record?.metrics.top1.error).toBeCloseTo(last?.top1Error as number, 10);
    expect(record?.metrics.loss).toBeCloseTo(last?.testLoss as number, 5);
  });

  it('goes on after a kill within an epoch as if it had not been', async () => {
    const folder = emptyFolder();
    await killAfter(5, folder);
    const steps: number[] = [];
    const outcome = await train(folder, {
      onStep: ({ step }: { step: number }) => steps.push(step),
    });
    // Whether the step was saved depends on when the signal came.
    expect([[5, 6], [6]]).toContainEqual(steps);
    expect(result(outcome)).toEqual(result(whole));
  });

  it('ends with the name of an image that cannot be read', async () => {
    const folder = emptyFolder();
    const broken = path.join(images, 'train/black/broken.jpg');
    writeFileSync(broken, 'no image');
    try {
      const run = train(folder, {}, { batchSize: 28 });
      await expect(run).rejects.toThrow(broken);
    } finally {
      rmSync(broken);
    }
  });

  it('learns what can be learnt', async () => {
    const { record } = await train(
      emptyFolder(),
      {},
      {
        ...{ epochs: 4, 'data.augment': false, batchNormDecay: 0.5, averageDecay: 0.5 },
      },
    );
    // Three classes: chance is 67 %.
    expect(record.final?.top1Error).toBe(0);
  });

  it.each([
    [
      { 'network.classes': 10 },
      `network.classes is 10, but ${path.join(images, 'train')} has 3 classes`,
    ],
    [
      { 'data.trainImages': 28 },
      `data.trainImages is 28, but ${path.join(images, 'train')} has 27`,
    ],
    [
      { 'data.testImages': 10 },
      `data.testImages is 10, but ${path.join(images, 'validation')} has 9`,
    ],
    [{ batchSize: 28 }, 'batchSize is 28, more than data.trainImages (27)'],
  ])('refuses %j before it starts', async (overrides, message) => {
    const folder = emptyFolder();
    await expect(train(folder, {}, overrides)).rejects.toThrow(message);
    expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
  });
});

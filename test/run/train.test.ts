import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';

import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it, vi } from 'vitest';

import { evaluationBatches } from '../../lib/data/batches';
import { firstImages } from '../../lib/data/dataset';
import { syntheticDataset } from '../../lib/data/synthetic';
import { UsageError } from '../../lib/errors';
import { projectRoot } from '../../lib/projectRoot';
import type { EpochLine } from '../../lib/results/record';
import { checkpointWeights } from '../../lib/run/finalTensors';
import type { FinishedRun } from '../../lib/run/finishedRun';
import { train } from '../../lib/run/train';
import type { TrainOptions } from '../../lib/run/trainOptions';
import { openWeights } from '../../lib/weights/ownFormat';

const TEST_IMAGES = 100;

/** A network so small that a step takes milliseconds, on images that it can learn. */
const options = {
  network: { name: 'inception-resnet-v1', width: 0.1, repeats: { a: 1, b: 1, c: 1 } },
  data: { name: 'synthetic', trainImages: 128, testImages: TEST_IMAGES },
  batchSize: 32,
  batchNormDecay: 0.5,
  averageDecay: 0.5,
  epochs: 3,
  record: false,
  progress: false,
} satisfies TrainOptions;

const name = `test-run-${process.pid}`;
const scratch = mkdtempSync(path.join(tmpdir(), 'run-'));
afterAll(() => {
  rmSync(path.join(projectRoot(), 'results', name), { recursive: true, force: true });
  rmSync(scratch, { recursive: true });
});

async function read(epochs: AsyncIterable<EpochLine>): Promise<EpochLine[]> {
  const lines: EpochLine[] = [];
  for await (const line of epochs) lines.push(line);
  return lines;
}

/** Epoch lines without what differs from run to run. */
const withoutTimes = (lines: readonly EpochLine[]) => lines.map(({ seconds: _, ...line }) => line);

/** Percent of the test images for which the run's model has another class highest. */
function top1Error({ model }: FinishedRun): number {
  const { test } = syntheticDataset();
  const [batch] = evaluationBatches(firstImages(test, TEST_IMAGES, 32), 32, TEST_IMAGES);
  return tf.tidy(() => {
    const images = tf.tensor4d(batch.pixels, [TEST_IMAGES, 32, 32, 3]);
    const guesses = (model.predict(images) as tf.Tensor).argMax(-1).dataSync();
    return (100 * batch.labels.filter((label, i) => label !== guesses[i]).length) / TEST_IMAGES;
  });
}

describe('a run', () => {
  it('tells every epoch to readers of any time, and ends with record and weights', async () => {
    const run = train(options);
    expect(run.status).toBe('running');
    expect(() => run.model).toThrow(/still going on: await it first/);
    const early = read(run);
    const finished = await run;
    expect([run.status, finished.status, finished.record.final?.status]).toEqual(
      Array(3).fill('done'),
    );
    const lines = await early;
    expect(lines.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(await read(run)).toEqual(lines);
    expect([run.epochs, finished.epochs]).toEqual([lines, lines]);
    expect(finished.record.run.config).toEqual({ ...run.config, backend: tf.getBackend() });
    expect(inspect(run)).toBe('Run of inception-resnet-v1, seed 0: done, 3 of 3 epochs');
    finished.dispose();
  });

  it('has the averaged weights in its model', async () => {
    const run = await train({ ...options, epochs: 8 });
    const last = run.epochs.at(-1) as EpochLine;
    // Ten classes: chance is 90 %. Raw weights are far from the averages after so few steps.
    expect(last.top1Error).toBeLessThan(70);
    expect(top1Error(run)).toBeCloseTo(last.top1Error, 6);
    expect(run.model).toBe(run.model);
    expect([...run.weights('averaged').keys()]).toEqual([...run.weights('raw').keys()]);
    expect(run.weights('averaged')).not.toEqual(run.weights('raw'));
    run.dispose();
  });

  it('tells its steps, probes and epochs to the callbacks', async () => {
    const told = { steps: [] as number[], probes: [] as number[], epochs: [] as number[] };
    const run = await train({
      ...options,
      stability: { every: 5 },
      callbacks: {
        onStep: ({ step }) => told.steps.push(step),
        onProbe: ({ step }) => told.probes.push(step),
        onEpoch: ({ epoch }) => told.epochs.push(epoch),
      },
    });
    expect(told.steps).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(told.epochs).toEqual([1, 2, 3]);
    expect(told.probes.length).toBeGreaterThan(1);
    expect(run.record.probes.map(({ step }) => step)).toEqual(told.probes);
  });

  it('says when it ended early', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    // Nothing falls by so much from one epoch to the next.
    const earlyStopping = { patience: 1, minimumDelta: 99 };
    const run = await train({ ...options, earlyStopping, progress: true });
    expect(run.status).toBe('done');
    expect(log.mock.lastCall).toEqual([
      'inception-resnet-v1: done after 2 epochs, because its error had stopped falling',
    ]);
    log.mockRestore();
  });

  it('saves its weights as a file of the kit', async () => {
    const run = await train({ ...options, epochs: 1 });
    for (const which of ['averaged', 'raw'] as const) {
      const file = path.join(scratch, `${which}.safetensors`);
      run.save(file, which);
      const weights = openWeights(file);
      expect(weights.config).toEqual(run.record.run.config.network);
      for (const [key, values] of run.weights(which)) expect(weights.read(key)).toEqual(values);
      weights.close();
    }
  });

  it('ends after its step when it is stopped', async () => {
    const run = train({ ...options, epochs: 1000 });
    for await (const { epoch } of run) {
      if (epoch === 2) void run.stop();
    }
    expect(run.status).toBe('stopped');
    expect(run.epochs).toHaveLength(2);
    expect(top1Error(await run.stop())).toBeGreaterThanOrEqual(0);
    run.dispose();
  });

  it('throws the error of the training to whoever awaits it or reads it, and to nobody else', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    const run = train({
      ...options,
      callbacks: {
        onEpoch: () => {
          throw new RangeError('told too much');
        },
      },
    });
    while (run.status === 'running') await new Promise((resolve) => setTimeout(resolve, 10));
    expect(run.status).toBe('failed');
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    await expect(run).rejects.toThrow('told too much');
    await expect(read(run)).rejects.toThrow('told too much');
    expect(() => run.record).toThrow(/failed, so it has no weights/);
  });

  it('is refused at once when an option is wrong', () => {
    expect(() => train({ ...options, epochs: 0 })).toThrow(UsageError);
    expect(() => train({ ...options, record: '../up' })).toThrow(/record is/);
  });

  it('leaves no tensor behind once it is disposed; its model holds one for each of the weights', async () => {
    const counts: number[] = [];
    for (let i = 0; i < 3; i++) {
      const run = await train({ ...options, epochs: 1 });
      const before = tf.memory().numTensors;
      expect(run.model.countParams()).toBeGreaterThan(0);
      expect(tf.memory().numTensors - before).toBe(run.weights().size);
      run.dispose();
      counts.push(tf.memory().numTensors);
      expect(() => run.model).toThrow(/was disposed/);
    }
    expect(new Set(counts).size).toBe(1);
    await train({ ...options, epochs: 1 });
    expect(tf.memory().numTensors).toBe(counts[0]);
  });
});

describe('checkpointWeights', () => {
  it('says what to do where no checkpoint is left', () => {
    for (const file of [undefined, path.join(scratch, 'step-00000001.0.safetensors')]) {
      expect(() => checkpointWeights(file, 'some-run')).toThrow(
        /no weights: its checkpoints are gone\. .*another `record`, or after deleting its record/,
      );
    }
  });
});

describe('a recorded run', () => {
  const recorded = { ...options, epochs: 6, record: name } satisfies TrainOptions;

  it('is refused while the same one goes on, and waits for it once that is told to stop', async () => {
    const endless = { ...recorded, epochs: 1000 };
    const first = train(endless);
    expect(() => train(endless)).toThrow(
      /still going on: await it, or end it with "await run.stop/,
    );
    for await (const { epoch } of first) if (epoch === 1) break;
    void first.stop();
    expect(first.status).toBe('stopping');
    const steps: number[] = [];
    const second = train({ ...endless, callbacks: { onStep: ({ step }) => steps.push(step) } });
    for await (const { epoch } of second) if (epoch > 1) break;
    await second.stop();
    expect(first.status).toBe('stopped');
    expect(steps[0]).toBe((first.record.final?.step as number) + 1);
  });

  it('goes on where it was stopped, as if it had not been, and is not trained again', async () => {
    const whole = await train({ ...recorded, record: false });
    const first = train(recorded);
    for await (const { epoch } of first) {
      if (epoch === 2) void first.stop();
    }
    const stoppedAt = (await first).record.final?.step as number;
    expect(stoppedAt).toBeGreaterThan(2 * 4);
    expect(top1Error(await first)).toBeLessThanOrEqual(100);

    const steps: number[] = [];
    const told: number[] = [];
    const second = train({
      ...recorded,
      callbacks: {
        onStep: ({ step }) => steps.push(step),
        onEpoch: ({ epoch }) => told.push(epoch),
      },
    });
    expect(withoutTimes(await read(second))).toEqual(withoutTimes(whole.epochs));
    expect([steps[0], steps.at(-1), told]).toEqual([stoppedAt + 1, 24, [3, 4, 5, 6]]);
    const finished = await second;
    expect(finished.weights()).toEqual(whole.weights());
    expect(finished.weights('raw')).toEqual(whole.weights('raw'));

    steps.length = 0;
    const third = train({ ...recorded, callbacks: { onStep: ({ step }) => steps.push(step) } });
    expect(withoutTimes(await read(third))).toEqual(withoutTimes(whole.epochs));
    expect(steps).toEqual([]);
    expect((await third).weights()).toEqual(whole.weights());
    const file = path.join(projectRoot(), 'results', name, `${finished.record.run.id}.jsonl`);
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8').trim().split('\n').at(-1)).toContain('"status":"done"');
  });
});

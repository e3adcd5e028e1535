import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';

import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it, vi } from 'vitest';

import { UsageError } from '../../lib/errors';
import type { EpochLine } from '../../lib/results/record';
import { train } from '../../lib/run/train';
import { openWeights } from '../../lib/weights/ownFormat';
import { read, tiny as options, top1Error } from './tinyRun';

const scratch = mkdtempSync(path.join(tmpdir(), 'run-'));
afterAll(() => rmSync(scratch, { recursive: true }));

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
    const words = 'Run of inception-resnet-v1, seed 0: done, 3 of 3 epochs';
    expect([inspect(run), inspect(finished)]).toEqual([words, words]);
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

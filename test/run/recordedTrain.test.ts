import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { projectRoot } from '../../lib/projectRoot';
import type { EpochLine } from '../../lib/results/record';
import { checkpointWeights } from '../../lib/run/finalTensors';
import { train } from '../../lib/run/train';
import type { TrainOptions } from '../../lib/run/trainOptions';
import { read, tiny, top1Error } from './tinyRun';

const name = `test-run-${process.pid}`;
const folder = path.join(projectRoot(), 'results', name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Epoch lines without what differs from run to run. */
const withoutTimes = (lines: readonly EpochLine[]) => lines.map(({ seconds: _, ...line }) => line);

describe('checkpointWeights', () => {
  it('says what to do where no checkpoint is left', () => {
    for (const file of [undefined, '/nowhere/step-00000001.0.safetensors']) {
      expect(() => checkpointWeights(file, 'some-run')).toThrow(
        /no weights: its checkpoints are gone\. .*another `record`, or after deleting its record/,
      );
    }
  });
});

describe('a recorded run', () => {
  const recorded = { ...tiny, epochs: 6, record: name } satisfies TrainOptions;

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
    const file = path.join(folder, `${finished.record.run.id}.jsonl`);
    expect(readFileSync(file, 'utf8').trim().split('\n').at(-1)).toContain('"status":"done"');
  });
});

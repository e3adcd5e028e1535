import { rmSync } from 'node:fs';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { canExecuteNotebooks } from '../../experiments/notebooks';
import { projectRoot } from '../../lib/projectRoot';
import { type CellResult, runCells } from './kernelSession';

const record = `kernel-test-${process.pid}`;
afterAll(() => {
  rmSync(path.join(projectRoot(), 'results', record), { recursive: true, force: true });
});

const start = `
  import * as lab from 'inception-lab';
  const options: lab.TrainOptions = {
    network: { name: 'inception-resnet-v1', width: 0.1, repeats: { a: 1, b: 1, c: 1 } },
    data: { name: 'synthetic', trainImages: 64, testImages: 50 },
    batchSize: 16, epochs: 5000, record: '${record}',
  };
  const run = lab.train(options);`;

const look = `
  const logits = run.model.predict(lab.tf.zeros([2, 32, 32, 3])) as lab.tf.Tensor;
  const facts = { status: run.status, shape: logits.shape, epochs: run.epochs.length, step: run.record.final?.step };
  console.log(JSON.stringify(facts));`;

const goOn = `
  let first = 0;
  const again = lab.train({ ...options, callbacks: { onStep: ({ step }) => { first ||= step; } } });
  const epochs: number[] = [];
  for await (const { epoch } of again) if (epochs.push(epoch) > run.epochs.length) break;
  const { status } = await again.stop();
  console.log(JSON.stringify({ first, epochs, status, listeners: process.listenerCount('SIGINT') }));`;

const textOf = ({ outputs }: CellResult) => outputs.map(({ text }) => text).join('');
const jsonOf = (cell: CellResult) => {
  const line = cell.outputs.find(({ kind, text }) => kind === 'stream' && text.startsWith('{'));
  return JSON.parse(line?.text ?? textOf(cell)) as Record<string, unknown>;
};

describe.skipIf(!canExecuteNotebooks())('the interrupt button, in the real kernel', () => {
  it('stops a run after its step: the weights are there, and the same cell goes on', async () => {
    const { cells, isAlive } = await runCells([
      // After a pause, because a cell's first part runs without listeners.
      { code: "await Promise.resolve();\nconsole.log(process.listenerCount('SIGINT'));" },
      { code: start },
      // Twice: an impatient user must not lose the kernel.
      { code: 'await run;', interruptAt: 'epoch 3', interrupts: 2 },
      { code: look },
      { code: goOn },
    ]);
    const [before, started, waiting, looked, resumed] = cells;
    expect([isAlive, ...cells.map(({ status }) => status)]).toEqual([
      true,
      ...['ok', 'ok', 'error', 'ok', 'ok'],
    ]);
    expect(started.outputs.map(({ kind }) => kind)).toContain('display_data');
    expect(textOf(waiting)).toContain('Interrupted asynchronously');

    const { status, shape, epochs, step } = jsonOf(looked);
    expect([status, shape]).toEqual(['stopped', [2, 10]]);
    expect(step).toBeGreaterThan(4 * (epochs as number));
    expect(step).toBeLessThan(5000);

    const listeners = Number(textOf(before));
    const all = Array.from({ length: (epochs as number) + 1 }, (_, index) => index + 1);
    const first = (step as number) + 1;
    expect(jsonOf(resumed)).toEqual({ first, epochs: all, status: 'stopped', listeners });

    // The output of the first cell says how to go on, and it changed in place, a few times a second.
    expect(textOf(waiting) + textOf(looked)).toMatch(
      /stopped after \d+ epochs; the same call goes on/,
    );
    const updates = waiting.outputs.filter(({ kind }) => kind === 'update_display_data');
    const seconds = updates[updates.length - 1].time - updates[0].time;
    expect(updates.length).toBeGreaterThan(1);
    expect(updates.length / Math.max(1, seconds)).toBeLessThan(4);
  }, 240_000);
});

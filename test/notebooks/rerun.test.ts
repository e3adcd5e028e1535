import { describe, expect, it } from 'vitest';

import { canExecuteNotebooks } from '../../experiments/notebooks';
import { runCells } from './kernelSession';

const start = `
  import * as lab from 'inception-lab';
  const options: lab.TrainOptions = {
    network: { name: 'inception-resnet-v1', width: 0.1, repeats: { a: 1, b: 1, c: 1 } },
    data: { name: 'synthetic', trainImages: 32, testImages: 10 },
    batchSize: 16, epochs: 1, record: false, progress: false,
  };`;
const training = 'const run = lab.train({ ...options, seed: Date.now() % 1000 });';
const use = `
  await run;
  lab.tf.tidy(() => void run.model.predict(lab.tf.zeros([1, 32, 32, 3])));`;
const count = 'console.log(`tensors ${lab.tf.memory().numTensors}`);';

describe.skipIf(!canExecuteNotebooks())(
  'a training cell that runs again, in the real kernel',
  () => {
    it('leaves no tensors of the run that its variable held before, and keeps those that are held elsewhere', async () => {
      const round = [training, use, count];
      const keep = 'const kept = run.model;';
      const code = [
        start,
        ...round,
        ...round,
        ...round,
        keep,
        ...round,
        'lab.tf.tidy(() => void kept.predict(lab.tf.zeros([1, 32, 32, 3])));',
        'await lab.memory();',
      ];
      const { cells } = await runCells(code.map((text) => ({ code: text })));
      expect(cells.map(({ status }) => status)).toEqual(code.map(() => 'ok'));
      const textOf = (index: number) => cells[index].outputs.map(({ text }) => text).join('');
      const counts = cells
        .map((_, index) => /tensors (\d+)/.exec(textOf(index))?.[1])
        .filter(Boolean)
        .map(Number);
      const [first, second, third, withKept] = counts;
      expect(first).toBeGreaterThan(100);
      expect([second, third]).toEqual([first, first]);
      expect(withKept).toBeGreaterThan(1.5 * first);
      expect(textOf(cells.length - 1)).toMatch(/resident memory \(MiB\)[^]*<td>\d+<\/td>/);
    }, 240_000);
  },
);

import type * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { overrideConfig } from '../../lib/config';
import { syntheticDataset } from '../../lib/data/synthetic';
import type { EpochLine, ProbeLine } from '../../lib/results/record';
import { type Checkpoint, writeCheckpoint } from '../../lib/training/checkpointFile';
import { CheckpointFolder } from '../../lib/training/checkpoints';
import type { Moment, Position } from '../../lib/training/snapshot';
import { train, type TrainingOptions } from '../../lib/training/train';
import { bits, TINY } from '../results/smallRuns';
import { emptyFolder, RUN } from './madeCheckpoints';

beforeAll(async () => {
  await selectBackend();
});

/** Keeps each snapshot of a run in a folder of its own. */
function everySnapshot() {
  const kept: { moment: Moment; folder: string }[] = [];
  const save = (position: Position, tensors: ReadonlyMap<string, tf.Tensor>, moment: Moment) => {
    const folder = emptyFolder();
    writeCheckpoint(folder, { run: RUN, seconds: 0, commits: [] }, position, tensors);
    kept.push({ moment, folder });
  };
  return { kept, keeper: { due: () => true, save } };
}

function opened(folder: string): Checkpoint {
  return new CheckpointFolder(folder, RUN).openNewest(() => undefined) as Checkpoint;
}

/** A warm-up whose end falls between two checkpoints, and probes of the last layer between the others. */
const WATCHED = {
  warmUp: { kind: 'constant', learningRate: 0.001, untilError: 99.5 },
  stability: { every: 3, lastLayerEvery: 1 },
};

/** All that a run tells after a step, without the times. */
async function toldBy(options: TrainingOptions) {
  const smoke = convergenceConfig('inception-resnet-v1', 'smoke');
  const config = overrideConfig(smoke, { ...TINY, ...WATCHED });
  const probes: ProbeLine[] = [];
  const epochs: Partial<EpochLine>[] = [];
  const result = await train(config, syntheticDataset(), {
    ...options,
    onProbe: (line) => probes.push(line),
    onEpoch: (line) => epochs.push({ ...line, seconds: undefined }),
  });
  return { probes, epochs, result: { ...result, epochs: result.epochs.length } };
}

it('a run goes on from every kind of its checkpoints as if it had not ended', async () => {
  const { kept, keeper } = everySnapshot();
  const whole = await toldBy({ snapshots: keeper });
  const rates = whole.probes.map(({ learningRate }) => learningRate);
  let average = 100;
  const averages = whole.probes.map(
    ({ top1Error = NaN }) => (average = 0.99 * average + 0.01 * top1Error),
  );
  const end = averages.findIndex((error) => error < 99.5) + 1;
  expect(end).toBeGreaterThan(2);
  expect(end).toBeLessThan(8);
  expect(rates).toEqual(rates.map((_, index) => (index < end ? 0.001 : 0.01)));
  expect(whole.probes.map(({ layers }) => layers.length > 1)).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].map((step) => step === 1 || step % 3 === 0),
  );
  const moments = kept.map(({ moment }) => moment);
  const steps = Array<Moment>(4).fill('step');
  expect(moments).toEqual([...steps, 'epoch', ...steps, 'epoch', 'end']);
  const last = opened(kept[kept.length - 1].folder);
  // In an epoch, at its last step, after its evaluation, after that of the last one, and at the end.
  for (const { folder } of [1, 3, 4, 9, 10].map((index) => kept[index])) {
    const from = opened(folder);
    const again = everySnapshot();
    const { position } = from;
    const rest = await toldBy({ resume: from, snapshots: again.keeper });
    expect(rest.result).toEqual(whole.result);
    expect(rest.epochs).toEqual(whole.epochs.slice(position.epochs.length));
    expect(rest.probes).toEqual(whole.probes.slice(position.probes));
    const over = opened(again.kept[again.kept.length - 1].folder);
    expect(bits(over.tensors)).toEqual(bits(last.tensors));
    from.close();
    over.close();
  }
  last.close();
});

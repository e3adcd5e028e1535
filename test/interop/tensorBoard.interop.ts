import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { recordFolder } from '../../lib/results/store';
import { LabProcess, smokeRecord, smokeRuns } from '../experiments/lab';

type Scalars = Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;

/** The scalars of a run, as TensorBoard's own reader gives them. */
function scalarsOf(id: string): Scalars {
  const python = process.env.LAB_TENSORBOARD_PYTHON ?? expect.fail('start "npm run test:interop"');
  const folder = path.join(recordFolder('train', 'smoke'), 'tensorboard', id);
  const words = [path.join(__dirname, 'events.py'), folder];
  const { status, stdout, stderr } = spawnSync(python, words, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Scalars;
}

const NETWORK = 'inception-resnet-v1';
const settingsOf = (seed: number) => ({
  ...{ 'data.name': 'synthetic', 'data.trainImages': 320, 'data.testImages': 40, batchSize: 32 },
  ...{ epochs: 5, seed, 'stability.every': 25, 'optimizer.decayRate': 0.5 },
});

function trainWithTensorBoard(settings: ReturnType<typeof settingsOf>): LabProcess {
  const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return new LabProcess(['train', NETWORK, '--scale', 'smoke', '--tensorboard', ...words]);
}

const STEPS = Array.from({ length: 50 }, (_, index) => index + 1);
const EPOCH_STEPS = [10, 20, 30, 40, 50];

describe('event files', () => {
  it("give TensorBoard's reader the numbers of the record", async () => {
    const settings = settingsOf(7301);
    const [id] = await smokeRuns('train', [convergenceConfig(NETWORK, 'smoke', settings)]);
    expect(await trainWithTensorBoard(settings).ended).toBe(0);
    const { epochs, probes } = smokeRecord('train', id) ?? expect.fail('no record');
    const scalars = scalarsOf(id);
    const names = ['trainLoss', 'testLoss', 'trainTop1Error', 'top1Error', 'top5Error'] as const;
    for (const name of [...names, 'rawTop1Error', 'rawTop5Error'] as const) {
      const expected = epochs.map((line) => [line.step, Math.fround(line[name])]);
      expect(scalars[`epoch/${name}`], name).toEqual(expected);
    }
    const losses = scalars['step/loss'].map(([, value]) => value);
    epochs.forEach(({ trainLoss }, epoch) => {
      const mean = losses.slice(10 * epoch, 10 * epoch + 10).reduce((sum, loss) => sum + loss) / 10;
      expect(mean).toBeCloseTo(trainLoss, 5);
    });
    const rates = STEPS.map((step) => [
      step,
      Math.fround(0.01 * 0.5 ** Math.floor((step - 1) / 20)),
    ]);
    expect(scalars['step/learningRate']).toEqual(rates);
    const layers = probes[0].layers.map(({ name }) => name);
    expect(layers.length).toBeGreaterThan(3);
    layers.forEach((layer, index) => {
      const zeros = probes.map((line) => [line.step, Math.fround(line.layers[index].zeros)]);
      expect(scalars[`zeros/${layer}`]).toEqual(zeros);
    });
    const [{ residualToTrunk }] = probes[0].layers;
    expect(scalars[`residualToTrunk/${layers[0]}`][0][1]).toBe(Math.fround(residualToTrunk ?? NaN));
  });

  it('have every step once, also of a run that was killed and went on', async () => {
    const settings = settingsOf(7302);
    const [id] = await smokeRuns('train', [convergenceConfig(NETWORK, 'smoke', settings)]);
    const killed = trainWithTensorBoard(settings);
    await killed.says(/epoch 2 .*\n.*step 2[1-9]/);
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toBe('SIGKILL');
    expect(scalarsOf(id)['step/loss'].length).toBeGreaterThanOrEqual(20);
    const again = trainWithTensorBoard(settings);
    expect(await again.ended).toBe(0);
    expect(again.stderr).toContain('goes on from step');
    const scalars = scalarsOf(id);
    const stepsOf = (tag: string) => scalars[tag].map(([step]) => step);
    expect(stepsOf('step/loss')).toEqual(STEPS);
    expect(stepsOf('epoch/top1Error')).toEqual(EPOCH_STEPS);
  });
});

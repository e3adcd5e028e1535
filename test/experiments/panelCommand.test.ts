import { describe, expect, it } from 'vitest';

import { commandPanel } from '../../experiments/panel';
import { UsageError } from '../../lib/errors';
import { LabProcess } from './lab';

describe('the panel of the command line', () => {
  it('begins with the small network of the study, unscaled', () => {
    const { declaration } = commandPanel(undefined, {});
    const config = declaration.configOf(declaration.values);
    expect(config).toMatchObject({
      network: { form: 'study', filters: 512, residualScale: { a: 1, b: 1, c: 1 } },
      ...{ optimizer: { learningRate: 0.1 }, schedule: 'constant', data: { name: 'cifar10' } },
    });
    expect(config.stability?.lastLayerEvery).toBe(1);
    const scaled = declaration.configOf({ ...declaration.values, scale: 0.1, filters: 256 });
    expect(scaled.network).toMatchObject({ filters: 256, residualScale: { a: 0.1, c: 0.1 } });
  });

  it('takes settings, also beyond the usual range of a slider', () => {
    const overrides = { 'optimizer.learningRate': 3, gradientClip: 2, 'network.filters': 404 };
    const { values, controls } = commandPanel(undefined, overrides).declaration;
    expect(values).toMatchObject({ learningRate: 3, gradientClip: 2, filters: 404 });
    expect(controls.learningRate).toMatchObject({ kind: 'log', max: 3 });
  });

  it('has no residual scaling for a network without residual sums', () => {
    const { controls } = commandPanel('inception-v4', {}).declaration;
    expect(Object.keys(controls)).toEqual([
      ...['learningRate', 'gradientClip', 'width', 'batchSize', 'seed'],
    ]);
    expect(() => commandPanel('inception-v5', {})).toThrow(UsageError);
    expect(() => commandPanel(undefined, { epoch: 1 })).toThrow(/Unknown setting "epoch"/);
  });

  it('prints its address and is gone after Ctrl-C', async () => {
    const lab = new LabProcess(['panel', 'data.name=synthetic']);
    await lab.says('Ctrl-C ends the panel');
    const [address] = /http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\//.exec(lab.stdout) ?? [''];
    expect((await fetch(address)).status).toBe(200);
    lab.child.kill('SIGINT');
    expect(await lab.ended).toBe(130);
    await expect(fetch(address)).rejects.toThrow();
  });
});

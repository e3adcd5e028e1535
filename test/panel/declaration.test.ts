import { describe, expect, it } from 'vitest';

import { UsageError } from '../../lib/errors';
import { choice, type Control, log, slider } from '../../lib/panel/controls';
import { controls, type PanelOptions } from '../../lib/panel/declarePanel';
import { tiny } from '../run/tinyRun';

const options: PanelOptions = tiny;

function declared(some: Record<string, Control>, more: Partial<PanelOptions> = {}) {
  return controls(some, { ...options, ...more }, { title: 'declaration.test' });
}

describe('the controls of a panel', () => {
  it('begin where they say, else at the setting of the options, else at their first value', () => {
    const { values } = declared({
      scale: slider(0, 1, { value: 0.5 }),
      learningRate: log(1e-3, 1),
      gradientClip: log(0.1, 100),
      width: choice([0.25, 0.1]),
      seed: choice([3, 4]),
      batchSize: slider(8, 64),
      'network.dropoutKeep': slider(0.1, 1),
    }).state;
    expect(values).toEqual({
      ...{ scale: 0.5, learningRate: 0.045, gradientClip: 0.1, width: 0.1, seed: 3 },
      ...{ batchSize: 32, 'network.dropoutKeep': 0.8 },
    });
  });

  it('decide the config of a run, over the options', () => {
    const { declaration } = declared({
      scale: slider(0, 1, { value: 0.5 }),
      learningRate: log(1e-3, 1, { value: 0.2 }),
      gradientClip: log(0.1, 100, { value: 5 }),
      network: choice(['inception-resnet-v2', 'inception-v4']),
      'optimizer.epsilon': log(1e-3, 1),
    });
    const config = declaration.configOf({ ...declaration.values, 'optimizer.epsilon': 0.01 });
    expect(config).toMatchObject({
      network: {
        ...{ name: 'inception-resnet-v2', width: 0.1, repeats: { a: 1, b: 1, c: 1 } },
        residualScale: { a: 0.5, b: 0.5, c: 0.5 },
      },
      optimizer: { learningRate: 0.2, epsilon: 0.01 },
      ...{ gradientClip: 5, schedule: 'constant', stability: { lastLayerEvery: 1 } },
      ...{ epochs: 3, batchSize: 32 },
    });
    const other = declaration.configOf({ ...declaration.values, network: 'inception-v4' });
    expect(other.network.name).toBe('inception-v4');
  });

  it('leave a schedule and probes that were asked for', () => {
    const { declaration } = declared(
      { learningRate: log(1e-3, 1) },
      { schedule: 'cosine', stability: { lastLayerEvery: 7 } },
    );
    const config = declaration.configOf(declaration.values);
    expect([config.schedule, config.stability]).toEqual(['cosine', { lastLayerEvery: 7 }]);
  });

  it.each<[Record<string, Control>, RegExp]>([
    [{}, /without controls/],
    [{ wdth: choice([1]) }, /control "wdth": .*Unknown setting "wdth"/],
    [{ 'network.wdth': choice([1]) }, /control "network\.wdth": .*Unknown setting/],
    [{ scale: slider(1, 0) }, /control "scale": from 1 to 0: expected two numbers/],
    [{ scale: slider(1, 1) }, /control "scale"/],
    [{ scale: slider(0, NaN) }, /control "scale": from 0 to NaN/],
    [{ scale: slider(0, 1, { step: 0 }) }, /control "scale": step 0/],
    [{ scale: slider(0, 1, { value: 2 }) }, /control "scale": value 2: .* from 0 to 1/],
    [{ learningRate: log(0, 1) }, /control "learningRate": a logarithmic slider from 0/],
    [{ learningRate: log(0.1, 1, { value: 0.01 }) }, /"learningRate": value 0\.01/],
    [{ width: choice([]) }, /control "width": a choice of nothing/],
    [{ width: choice([0.1], { value: 0.2 }) }, /"width": value 0\.2: expected one of 0\.1/],
    [{ width: choice([0.1, -1]) }, /control "width": -1 cannot be: .*network\.width/],
    [{ network: choice(['inception-v5']) }, /inception-v5/],
    [{ scale: 3 as unknown as Control }, /control "scale": expected lab\.slider/],
  ])('that are wrong are refused by name: %j', (wrong, message) => {
    expect(() => declared(wrong)).toThrow(UsageError);
    expect(() => declared(wrong)).toThrow(message);
  });
});

import { describe, expect, expectTypeOf, it } from 'vitest';

import { type Config, defaultConfig } from '../../lib/config';
import { UsageError } from '../../lib/errors';
import type { NetworkConfig } from '../../lib/models/networks';
import { projectRoot } from '../../lib/projectRoot';
import { recordPlace } from '../../lib/run/recordPlace';
import { runConfig } from '../../lib/run/runConfig';
import type { TrainOptions } from '../../lib/run/trainOptions';

type Inner<Key extends keyof TrainOptions> = Exclude<NonNullable<TrainOptions[Key]>, string>;

describe('TrainOptions', () => {
  it('has every setting of the config', () => {
    expectTypeOf<Exclude<keyof Config, keyof TrainOptions>>().toBeNever();
    expectTypeOf<Exclude<keyof NetworkConfig, keyof Inner<'network'>>>().toBeNever();
    expectTypeOf<Exclude<keyof Config['data'], keyof Inner<'data'>>>().toBeNever();
    expectTypeOf<Exclude<keyof Config['optimizer'], keyof Inner<'optimizer'>>>().toBeNever();
  });

  it('needs a network and nothing else', () => {
    expectTypeOf<{ network: 'inception-v4' }>().toExtend<TrainOptions>();
    expectTypeOf<{ epochs: 3 }>().not.toExtend<TrainOptions>();
    expectTypeOf<{ network: 'inception-v5' }>().not.toExtend<TrainOptions>();
  });
});

describe('runConfig', () => {
  it("is the small form's default where nothing else is said", () => {
    expect(runConfig({ network: 'inception-v4' })).toEqual(defaultConfig('inception-v4'));
    const published = runConfig({ network: { name: 'inception-v4', form: 'published' } });
    expect(published).toEqual(defaultConfig('inception-v4', 'published'));
  });

  it('replaces what is given, and nothing beside it', () => {
    const config = runConfig({
      network: { name: 'inception-v3', width: 0.5 },
      optimizer: { learningRate: 0.02 },
      data: { trainImages: 640 },
      warmUp: { kind: 'linear', steps: 7, learningRate: 0.001 },
      gradientClip: 2,
      epochs: undefined,
      record: 'mine',
      progress: false,
      callbacks: {},
      checkpoints: { last: 1 },
    });
    const standard = defaultConfig('inception-v3');
    expect(config).toEqual({
      ...standard,
      network: { ...standard.network, width: 0.5 },
      optimizer: { ...standard.optimizer, learningRate: 0.02 },
      data: { ...standard.data, trainImages: 640 },
      warmUp: { kind: 'linear', steps: 7, learningRate: 0.001 },
      gradientClip: 2,
    });
  });

  it.each([
    [{}, /network is undefined: expected a name or .*inception-resnet-v2/],
    [{ network: 'inception-v9' }, /Unknown network "inception-v9": expected one of/],
    [{ network: { form: 'small' } }, /network is \{"form":"small"\}: expected a name/],
    [{ network: 'inception-v3', epoch: 3 }, /Unknown setting "epoch": expected one of .*epochs/],
    [{ network: 'inception-v3', epochs: -1 }, /"epochs" is -1/],
    [{ network: 'inception-v3', optimizer: { rate: 1 } }, /Unknown setting "optimizer.rate"/],
    [{ network: { name: 'inception-v3', depth: 1 } }, /Unknown setting "network.depth"/],
  ])('refuses %j', (options, message) => {
    const configOf = () => runConfig(options as unknown as TrainOptions);
    expect(configOf).toThrow(message);
    expect(configOf).toThrow(UsageError);
  });
});

describe('recordPlace', () => {
  it('is a folder of results, or nothing', () => {
    expect(recordPlace()).toEqual({
      name: 'notebook',
      folder: `${projectRoot()}/results/notebook`,
    });
    expect(recordPlace('my-runs_2')?.folder).toBe(`${projectRoot()}/results/my-runs_2`);
    expect(recordPlace(false)).toBeUndefined();
  });

  it.each(['', '..', '../x', 'a/b', '.hidden', 'a b', true])('refuses %j', (name) => {
    expect(() => recordPlace(name as string)).toThrow(
      /^record is .*: expected a name of letters, digits, "-" and "_", or false/,
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { configHash, defaultConfig, overrideConfig, parseOverrides } from '../lib/config';
import { UsageError } from '../lib/errors';

const base = defaultConfig('inception-v3');

describe('defaultConfig', () => {
  it("is the paper's section 4", () => {
    const { learningRate, decayRate, decayEpochs, decay, epsilon } = base.optimizer;
    expect([learningRate, decayRate, decayEpochs, decay, epsilon]).toEqual([
      0.045, 0.94, 2, 0.9, 1,
    ]);
  });
});

describe('overrideConfig', () => {
  it('replaces dotted keys and leaves the original alone', () => {
    const changed = overrideConfig(base, {
      'network.width': 0.5,
      epochs: 3,
      'network.repeats': { a: 1 },
    });
    expect(changed.network.width).toBe(0.5);
    expect(changed.network.repeats).toEqual({ a: 1, b: 4, c: 2 });
    expect(base.epochs).toBe(160);
  });

  it.each([
    [{ epoch: 3 }, 'Unknown setting "epoch"'],
    [{ 'network.deep.er': 3 }, 'Unknown setting "network.deep.er"'],
    [{ epochs: 'three' }, 'Setting "epochs" is "three"'],
    [{ epochs: 1.5 }, 'Setting "epochs" is 1.5'],
    [{ 'optimizer.learningRate': -1 }, 'Setting "optimizer.learningRate" is -1'],
    [
      { 'network.form': 'paper' },
      'Setting "network.form" is "paper": expected a form of inception-v3: published, small',
    ],
    [{ 'network.name': 'vgg' }, 'Setting "network.name" is "vgg"'],
    [{ network: 'inception-v3' }, 'Setting "network" is "inception-v3"'],
    [{ __proto__x: 1 }, 'Unknown setting "__proto__x"'],
  ])('refuses %j by name', (overrides, message) => {
    expect(() => overrideConfig(base, overrides)).toThrow(UsageError);
    expect(() => overrideConfig(base, overrides)).toThrow(message);
  });

  it('never accepts an unknown key', () => {
    fc.assert(
      fc.property(fc.string(), fc.anything(), (key, value) => {
        fc.pre(!Object.hasOwn(base, key));
        expect(() => overrideConfig(base, { [`${key}x`]: value })).toThrow(UsageError);
      }),
    );
  });
});

describe('settings that can be left out', () => {
  it.each([
    [{ 'optimizer.linearRate': 1 }],
    [{ 'stability.lastLayerEvery': 0 }],
    [{ 'data.crops': 'shift' }],
    [{ 'optimizer.linearRate': null, 'warmUp.untilError': null }],
  ])('leave the hash as it was with %j', (overrides) => {
    expect(configHash(overrideConfig(base, overrides))).toBe(configHash(base));
  });

  it.each([
    [{ 'optimizer.linearRate': 0.01 }],
    [{ 'stability.lastLayerEvery': 1 }],
    [{ 'data.crops': 'randomSize' }],
    [{ warmUp: { kind: 'constant', learningRate: 0.01, untilError: 80 } }],
  ])('change it with %j', (overrides) => {
    expect(configHash(overrideConfig(base, overrides))).not.toBe(configHash(base));
  });
});

describe('the length of a warm-up', () => {
  const low = { kind: 'constant', learningRate: 0.01 };

  it.each([
    [low, 'expected its length in one of steps, epochs and untilError'],
    [{ ...low, steps: 9, untilError: 80 }, 'expected its length in one of steps, epochs and unt'],
    [{ ...low, epochs: 1, untilError: 80 }, 'expected its length in one of steps, epochs and unt'],
    [{ ...low, kind: 'linear', untilError: 80 }, '"warmUp.untilError" is 80: expected none: only'],
    [{ ...low, untilError: 0 }, 'Setting "warmUp.untilError" is 0'],
    [{ ...low, untilError: 101 }, 'Setting "warmUp.untilError" is 101'],
  ])('%j is refused by name', (warmUp, message) => {
    expect(() => overrideConfig(base, { warmUp })).toThrow(UsageError);
    expect(() => overrideConfig(base, { warmUp })).toThrow(message);
  });
});

describe('settings of folders of images', () => {
  const folders = { 'data.name': 'imageFolder', 'data.train': 'a', 'data.validation': 'b' };

  it('start from all images of the folders, not from the numbers of CIFAR-10', () => {
    const expected = { name: 'imageFolder', train: 'a', validation: 'b', augment: true };
    expect(overrideConfig(base, folders).data).toEqual(expected);
    const group = { name: 'imageFolder', train: 'a', validation: 'b' } as const;
    expect(overrideConfig(base, { data: group }).data).toEqual(expected);
  });

  it('keep a number of images, wherever it is given, until it is taken away', () => {
    const config = overrideConfig(base, { 'data.testImages': 7, ...folders });
    expect(config.data.testImages).toBe(7);
    expect(overrideConfig(config, { 'data.train': 'c' }).data.testImages).toBe(7);
    expect(overrideConfig(config, { 'data.testImages': null })).toEqual(
      overrideConfig(base, folders),
    );
  });

  it.each([
    [{ 'data.name': 'imageFolder', 'data.train': 'a' }, 'Setting "data.validation" is undefined'],
    [{ ...folders, 'data.train': '' }, 'Setting "data.train" is ""'],
    [{ ...folders, 'data.labels': 3 }, 'Setting "data.labels" is 3: expected the path'],
    [{ ...folders, 'data.crops': 'randomSize' }, 'expected no crops: that is for images in memory'],
    [{ 'data.train': 'a' }, 'expected no train: that is for data.name=imageFolder'],
    [{ 'data.name': 'folder' }, 'expected one of cifar10, synthetic and imageFolder'],
    [{ 'data.trainImages': null }, 'Setting "data.trainImages" is undefined'],
  ])('refuse %j', (overrides, message) => {
    expect(() => overrideConfig(base, overrides)).toThrow(UsageError);
    expect(() => overrideConfig(base, overrides)).toThrow(message);
  });
});

describe('parseOverrides', () => {
  it('reads numbers, words and booleans', () => {
    expect(parseOverrides(['epochs=3', 'data.name=synthetic', 'data.augment=false'])).toEqual({
      epochs: 3,
      'data.name': 'synthetic',
      'data.augment': false,
    });
  });

  it('names a word without "="', () => {
    expect(() => parseOverrides(['epochs'])).toThrow('"epochs" is not a setting');
  });
});

describe('configHash', () => {
  it('is the same for any order of keys and another for any other value', () => {
    const reversed = Object.fromEntries(Object.entries(base).reverse()) as unknown as typeof base;
    expect(configHash(reversed)).toBe(configHash(base));
    expect(configHash(overrideConfig(base, { seed: 1 }))).not.toBe(configHash(base));
  });
});

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

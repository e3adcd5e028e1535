import util from 'node:util';

import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';

import { restoreNodeUtil } from '../../lib/backend/nodeCompatibility';
import { selectBackend } from '../../lib/backend/select';
import { hasTensorflow } from '../hasTensorflow';

afterEach(() => {
  delete process.env.LAB_BACKEND;
});

describe('selectBackend', () => {
  it('gives the one that is asked for, and LAB_BACKEND wins', async () => {
    expect((await selectBackend('wasm')).name).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
    process.env.LAB_BACKEND = 'wasm';
    expect((await selectBackend('tensorflow')).name).toBe('wasm');
  });

  it.skipIf(!hasTensorflow)('prefers TensorFlow', async () => {
    expect((await selectBackend()).name).toBe('tensorflow');
    expect(tf.getBackend()).toBe('tensorflow');
  });

  it('names an unknown LAB_BACKEND and what is possible', async () => {
    process.env.LAB_BACKEND = 'cuda';
    await expect(selectBackend()).rejects.toThrow(
      'LAB_BACKEND is "cuda": expected one of auto, tensorflow, wasm',
    );
  });
});

describe('restoreNodeUtil', () => {
  it('gives back the tests that Node 23 removed', () => {
    const names = ['isNullOrUndefined', 'isArray'] as const;
    const kept = names.map((name) => Object.getOwnPropertyDescriptor(util, name));
    names.forEach((name) => Reflect.deleteProperty(util, name));
    restoreNodeUtil();
    const { isNullOrUndefined, isArray } = util as unknown as Record<
      string,
      (value: unknown) => boolean
    >;
    expect([null, undefined, 0, ''].map(isNullOrUndefined)).toEqual([true, true, false, false]);
    expect([[], {}].map(isArray)).toEqual([true, false]);
    kept.forEach((before, i) => before && Object.defineProperty(util, names[i], before));
  });
});

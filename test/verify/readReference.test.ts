import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { UsageError } from '../../lib/errors';
import { planEntries } from '../../lib/verify/plan';
import { readReference } from '../../lib/verify/readReference';
import { reference, REFERENCE_FILE } from './reference';

const folder = mkdtempSync(path.join(tmpdir(), 'reference-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Raw = Record<string, unknown>;

const original = readFileSync(REFERENCE_FILE, 'utf8');

function written(content: string): string {
  const file = path.join(folder, 'reference.json');
  writeFileSync(file, content);
  return file;
}

/** The message about the reference with one value replaced. */
function messageFor(keys: readonly (string | number)[], value: unknown): string {
  const raw = JSON.parse(original) as Raw;
  const parent = keys.slice(0, -1).reduce<Raw>((at, key) => at[key] as Raw, raw);
  parent[keys[keys.length - 1]] = value;
  return messageOf(written(JSON.stringify(raw)));
}

function messageOf(file: string): string {
  try {
    planEntries(readReference(file), {});
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  return '';
}

const V3 = ['models', 'inception_v3', '139'];

describe('a reference file', () => {
  it('is read', () => {
    expect(planEntries(reference, {})).toHaveLength(6);
    expect(reference.training_block.steps.map(({ decay }) => decay)).toEqual([0.9997]);
  });

  it.each([
    ['not JSON', 'PK\u0003\u0004', 'it is not JSON'],
    ['an empty file', '', 'it is not JSON'],
    ['another kind of JSON', '[1, 2]', 'is not a reference file'],
    ['deep nesting', '['.repeat(100_000), 'is not a reference file'],
    ['closed deep nesting', '['.repeat(1e5) + ']'.repeat(1e5), 'is not a reference file'],
  ])('that is %s is refused', (_, content, message) => {
    expect(messageOf(written(content))).toContain(message);
  });

  it('that is not there is refused', () => {
    expect(messageOf(path.join(folder, 'none.json'))).toContain('there is no such file');
    expect(messageOf(folder)).toContain('Cannot read the reference');
  });

  it.each<[string, readonly (string | number)[], unknown, string]>([
    ['another format', ['format'], 2, 'format: '],
    ['a fractional seed', ['seed'], 1.5, 'seed: '],
    [
      'hostile image sizes',
      [...V3, 'input', 'shape'],
      [2, 1e6, 1e6, 3],
      '139.input.shape: more than',
    ],
    [
      'too many images',
      [...V3, 'input', 'shape'],
      [109, 139, 139, 3],
      '139.input.shape: more than',
    ],
    ['no images', [...V3, 'input', 'shape'], [0, 139, 139, 3], 'input.shape.0: '],
    ['gray images', [...V3, 'input', 'shape'], [2, 139, 139, 1], 'input.shape.3: '],
    ['images of another size', [...V3, 'input', 'shape'], [2, 99, 99, 3], 'images of 99x99'],
    ['hostile vectors', ['formula_vectors', 0, 'shape'], [2 ** 16, 2 ** 16], '67108864 elements'],
    ['a negative shape', ['formula_vectors', 0, 'shape'], [-1], 'formula_vectors.0.shape.0: '],
    ['too many classes', ['num_classes'], 1e9, 'num_classes: '],
    ['a hostile block', ['training_block', 'shape'], [2, 5, 5, 2 ** 30], 'shape.3: '],
    ['an unknown count', [...V3, 'params', 'jax'], 1, 'models.inception_v3.139.params: '],
    ['a lost primary', [...V3, 'primary'], 'jax_f64', '139.primary: '],
    ['a text in place of a number', [...V3, 'input', 'l2'], '1', '139.input.l2: '],
    [
      'an unknown network',
      ['models', 'inception_v9'],
      reference.models.inception_v3,
      'Unknown network "inception-v9"',
    ],
    [
      'a network without layers',
      ['layers', 'inception_v3'],
      undefined,
      'no layers of inception_v3',
    ],
    [
      'classes that do not fit',
      ['optimizer', 'losses', 'label_smoothing', 'labels'],
      [3, 0, 10],
      'label_smoothing: ',
    ],
    [
      'a schedule in other words',
      ['optimizer', 'lr_schedule', 'formula'],
      'cosine',
      'lr_schedule.formula: ',
    ],
  ])('with %s is refused', (_, keys, value, message) => {
    const text = messageFor(keys, value);
    expect(text).toContain(message);
    expect(text.split('\n').length).toBeLessThanOrEqual(5);
  });

  it('changed anywhere is read or refused, never more', () => {
    const values = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 1 }));
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), values, (steps, value) => {
        const raw = JSON.parse(original) as Raw;
        let at = raw;
        let key = '';
        for (const step of steps) {
          const keys = Object.keys(at);
          if (keys.length === 0) break;
          key = keys[step % keys.length];
          if (typeof at[key] !== 'object' || at[key] === null) break;
          if (step !== steps[steps.length - 1]) at = at[key] as Raw;
        }
        at[key] = value;
        messageOf(written(JSON.stringify(raw)));
      }),
      { numRuns: 100 },
    );
  });
});

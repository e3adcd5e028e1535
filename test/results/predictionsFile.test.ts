import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';

import { averagedRows } from '../../lib/results/averagedRows';
import { isUnreadable, PredictionsFile } from '../../lib/results/predictionsFile';

const CLASSES = 3;
const IDENTITY: object = { model: 'a' };

function folder(): string {
  const made = mkdtempSync(path.join(os.tmpdir(), 'predictions-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** Probabilities that tell their image. */
function row(image: number): Float32Array {
  const first = Math.fround(image / 1000);
  return Float32Array.of(first, 0.25, 0.75 - first);
}

function rows(count: number, from = 0): Float32Array[] {
  return Array.from({ length: count }, (_, index) => row(from + index));
}

function open(file: string, { images = 300, groupSize = 5, identity = IDENTITY } = {}) {
  return PredictionsFile.open(file, identity, CLASSES, images, groupSize);
}

function written(file: string, count: number): void {
  const predictions = open(file);
  predictions.append(rows(count));
  predictions.close();
}

describe('PredictionsFile', () => {
  it('keeps the whole groups of a file that was cut off anywhere', () => {
    const file = path.join(folder(), 'cut.f32');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 * CLASSES * 4 }), (cut) => {
        rmSync(file, { force: true });
        written(file, 300);
        truncateSync(file, statSync(file).size - cut);
        const reopened = open(file);
        const left = Math.floor((300 * CLASSES * 4 - cut) / (CLASSES * 4));
        expect(reopened.rows).toBe(left === 300 ? 300 : left - (left % 5));
        reopened.append(rows(300 - reopened.rows, reopened.rows));
        expect([...averagedRows([reopened])]).toEqual(rows(300));
        reopened.close();
      }),
      { numRuns: 30 },
    );
  });

  it('does not take for predictions what a power failure leaves', () => {
    const file = path.join(folder(), 'zeros.f32');
    const predictions = open(file);
    predictions.append([...rows(17), new Float32Array(CLASSES), ...rows(2)]);
    predictions.close();
    expect(open(file).rows).toBe(15);
  });

  it('marks images that could not be read', () => {
    const file = path.join(folder(), 'unreadable.f32');
    const predictions = open(file, { images: 3 });
    predictions.append([row(0), null, row(2)]);
    expect([...averagedRows([predictions])]).toEqual([row(0), undefined, row(2)]);
    expect(isUnreadable(Float32Array.of(NaN, 0.5, 0.5))).toBe(false);
    predictions.close();
    expect(open(file, { images: 3 }).rows).toBe(3);
  });

  it('knows its file again, whatever the order of what describes it', () => {
    const file = path.join(folder(), 'order.f32');
    open(file, { identity: { model: 'a', data: 'b' } }).close();
    expect(open(file, { identity: { data: 'b', model: 'a' } }).rows).toBe(0);
  });

  it('refuses the file of another model and one that is something else', () => {
    const file = path.join(folder(), 'other.f32');
    written(file, 10);
    expect(() => open(file, { identity: { model: 'b' } })).toThrow(/other\.f32 does not hold/);
    writeFileSync(file, 'text');
    expect(() => open(file)).toThrow(/delete it and run the same command again/);
  });
});

describe('averagedRows', () => {
  it('is the mean over the models, and unreadable where it is for one of them', () => {
    const [first, second] = ['first', 'second'].map((name) =>
      open(path.join(folder(), `${name}.f32`), { images: 600 }),
    );
    const values = rows(600);
    first.append(values);
    second.append(values.map((_, image) => (image === 400 ? null : row(599 - image))));
    const averaged = [...averagedRows([first, second])];
    expect(averaged).toHaveLength(600);
    averaged.forEach((mean, image) => {
      if (image === 400) expect(mean).toBeUndefined();
      else expect(mean?.[0]).toBeCloseTo(599 / 2000, 6);
    });
    [first, second].forEach((predictions) => predictions.close());
  });
});

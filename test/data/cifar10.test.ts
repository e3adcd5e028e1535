import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { cifar10Folder, loadCifar10 } from '../../lib/data/cifar10';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cifar10-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A data set of three images, in the form that the set-up program writes. */
function pack(files: Readonly<Record<string, Uint8Array>> = {}): void {
  const contents: Record<string, Uint8Array> = {
    'train-images.bin': new Uint8Array(2 * 3072).fill(7),
    'train-labels.bin': Uint8Array.of(1, 2),
    'test-images.bin': new Uint8Array(3072),
    'test-labels.bin': Uint8Array.of(3),
    ...files,
  };
  const entries = Object.entries(contents).map(([name, bytes]): [string, object] => {
    writeFileSync(path.join(folder, name), bytes);
    return [
      name,
      { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
    ];
  });
  writeFileSync(
    path.join(folder, 'manifest.json'),
    JSON.stringify({ files: Object.fromEntries(entries) }),
  );
}

describe('loadCifar10', () => {
  it('reads the packed files', async () => {
    pack();
    const { train, test, imageSize } = await loadCifar10(folder);
    expect([train.count, test.count, imageSize]).toEqual([2, 1, 32]);
    expect([...train.labels]).toEqual([1, 2]);
    expect(train.pixels[3072]).toBe(7);
  });

  it('names the manifest and the remedy when nothing was fetched', async () => {
    await expect(loadCifar10(folder)).rejects.toThrow(/manifest\.json is missing.*npm run setup/);
  });

  it('names a missing file', async () => {
    pack();
    rmSync(path.join(folder, 'test-labels.bin'));
    await expect(loadCifar10(folder)).rejects.toThrow(/test-labels\.bin is missing/);
  });

  it('sees one changed byte', async () => {
    pack();
    writeFileSync(
      path.join(folder, 'train-images.bin'),
      new Uint8Array(2 * 3072).fill(7).fill(8, 100, 101),
    );
    await expect(loadCifar10(folder)).rejects.toThrow(/train-images\.bin is corrupt.*expected/);
  });

  it('sees labels and pixels that do not belong together', async () => {
    pack({ 'train-labels.bin': Uint8Array.of(1, 2, 3) });
    await expect(loadCifar10(folder)).rejects.toThrow('3 labels but 6144 bytes');
  });

  it('refuses a manifest that is not one', async () => {
    writeFileSync(path.join(folder, 'manifest.json'), '{"files": 3}');
    await expect(loadCifar10(folder)).rejects.toThrow('damaged');
  });
});

describe.skipIf(!existsSync(cifar10Folder()))('the real CIFAR-10', () => {
  it('is complete, balanced and in the known order and colours', async () => {
    const { train, test } = await loadCifar10();
    const perClass = (labels: Uint8Array) =>
      Array.from({ length: 10 }, (_, label) => labels.filter((l) => l === label).length);
    expect(perClass(train.labels)).toEqual(new Array<number>(10).fill(5000));
    expect(perClass(test.labels)).toEqual(new Array<number>(10).fill(1000));
    expect([...test.labels.subarray(0, 6)]).toEqual([3, 8, 8, 0, 6, 6]);
    // The widely used channel means of the training images, 0.4914, 0.4822 and 0.4465 of 255.
    const sums = [0, 0, 0];
    train.pixels.forEach((value, index) => (sums[index % 3] += value));
    const means = sums.map((sum) => sum / (train.pixels.length / 3) / 255);
    [0.4914, 0.4822, 0.4465].forEach((mean, channel) =>
      expect(means[channel]).toBeCloseTo(mean, 3),
    );
  });
});

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';

import { cifar10Folder } from '../../lib/data/cifar10';
import { emptyProject, load, put } from './program';

interface Manifest {
  readonly name: string;
  readonly source: string;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

interface Cifar10 {
  readonly MANIFEST: Manifest;
  readonly readRows: (file: string, rows: number) => Promise<Uint8Array>;
  readonly isIntact: (data: string, manifest: Manifest) => boolean;
}

let cifar10: Cifar10;

beforeAll(async () => {
  cifar10 = await load<Cifar10>('cifar10.mjs');
});

describe('readRows', () => {
  it('gives the bytes of each row in order, every value as it is', async () => {
    const { root } = emptyProject();
    const pixels = Uint8Array.from({ length: 2 * 3072 }, (_, index) => (index * 7) % 256);
    const raw = { width: 1024, height: 2, channels: 3 } as const;
    const file = put(root, 'two.png', await sharp(pixels, { raw }).png().toBuffer());
    expect(Buffer.from(await cifar10.readRows(file, 2)).equals(pixels)).toBe(true);
    await expect(cifar10.readRows(file, 3)).rejects.toThrow(/1024 x 2 .* expected 1024 x 3/);
  });

  it('refuses a picture with another number of channels', async () => {
    const { root } = emptyProject();
    const create = { width: 1024, height: 1, channels: 4, background: '#0102030a' } as const;
    const file = put(root, 'alpha.png', await sharp({ create }).png().toBuffer());
    await expect(cifar10.readRows(file, 1)).rejects.toThrow(/4 channels/);
  });
});

describe('isIntact', () => {
  it('finds a changed byte, a missing file and a changed manifest', () => {
    const { root } = emptyProject();
    const sha256 = createHash('sha256').update('abc').digest('hex');
    const manifest = { name: 'n', source: 's', files: { 'a.bin': { bytes: 3, sha256 } } };
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    put(root, 'manifest.json', text);
    expect(cifar10.isIntact(root, manifest)).toBe(false);
    put(root, 'a.bin', 'abc');
    expect(cifar10.isIntact(root, manifest)).toBe(true);
    put(root, 'a.bin', 'abd');
    expect(cifar10.isIntact(root, manifest)).toBe(false);
    put(root, 'a.bin', 'abc');
    put(root, 'manifest.json', text.replace('"n"', '"other"'));
    expect(cifar10.isIntact(root, manifest)).toBe(false);
  });
});

const data = cifar10Folder();
const without = existsSync(path.join(data, 'manifest.json')) ? '' : ' (left out: it is not here)';

/** Class sizes and channel means are facts about the published data set, known from elsewhere. */
describe.skipIf(without)(`CIFAR-10 as packed${without}`, () => {
  const read = (name: string): Buffer => readFileSync(path.join(data, `${name}.bin`));
  const countPerClass = (labels: Uint8Array): number[] => {
    const counts = new Array<number>(10).fill(0);
    labels.forEach((label) => counts[label]++);
    return counts;
  };

  it('has equally many images of each class, and the well-known first test labels', () => {
    expect(countPerClass(read('train-labels'))).toEqual(new Array(10).fill(5000));
    expect(countPerClass(read('test-labels'))).toEqual(new Array(10).fill(1000));
    // cat, ship, ship, airplane, frog, frog
    expect([...read('test-labels').subarray(0, 6)]).toEqual([3, 8, 8, 0, 6, 6]);
  });

  it('has red, green and blue in this order, with the well-known means', () => {
    const pixels = read('train-images');
    const sums = [0, 0, 0];
    for (let index = 0; index < pixels.length; index += 3) {
      for (let channel = 0; channel < 3; channel++) sums[channel] += pixels[index + channel];
    }
    const means = sums.map((sum) => (3 * sum) / pixels.length);
    [125.3, 123.0, 113.9].forEach((mean, channel) => expect(means[channel]).toBeCloseTo(mean, 0));
  });

  it('begins with the cat, whose first pixels are known', () => {
    expect([...read('test-images').subarray(0, 6)]).toEqual([158, 112, 49, 159, 111, 47]);
  });
});

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { LabError } from '../errors';
import { projectRoot } from '../projectRoot';
import { type Dataset, imageBytes, type ImageSet } from './dataset';

/** The ten classes in the order of their labels. */
export const CIFAR10_CLASSES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

const IMAGE_SIZE = 32;
const REMEDY = 'Run "npm run setup" to fetch it again.';

const manifestSchema = z.object({
  files: z.record(z.string(), z.object({ bytes: z.number(), sha256: z.string() })),
});
type Manifest = z.infer<typeof manifestSchema>;

/** Where the set-up program keeps CIFAR-10. */
export function cifar10Folder(): string {
  return path.join(projectRoot(), '.lab', 'data', 'cifar10');
}

/**
 * CIFAR-10 as the set-up program packed it: 50,000 training and 10,000 test images of 32x32 pixels.
 *
 * Every file is checked against the checksum in its manifest. Throws a LabError that names a missing or corrupt file.
 */
export async function loadCifar10(folder = cifar10Folder()): Promise<Dataset> {
  const manifest = await readManifest(folder);
  const train = await loadSplit(folder, manifest, 'train');
  const test = await loadSplit(folder, manifest, 'test');
  const hashes = Object.entries(manifest.files).map(([name, { sha256 }]) => `${name} ${sha256}`);
  return {
    name: 'cifar10',
    imageSize: IMAGE_SIZE,
    classNames: CIFAR10_CLASSES,
    train,
    test,
    sha256: createHash('sha256').update(hashes.sort().join('\n')).digest('hex'),
  };
}

async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, 'manifest.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new LabError(`CIFAR-10 is not here: ${file} is missing. ${REMEDY}`);
  });
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    throw new LabError(`${file} is not a manifest of checksums: it is damaged. ${REMEDY}`);
  }
}

async function loadSplit(
  folder: string,
  manifest: Manifest,
  split: 'train' | 'test',
): Promise<ImageSet> {
  const pixels = await readChecked(folder, manifest, `${split}-images.bin`);
  const labels = await readChecked(folder, manifest, `${split}-labels.bin`);
  if (pixels.length !== labels.length * imageBytes(IMAGE_SIZE)) {
    throw new LabError(
      `CIFAR-10's ${split} split has ${labels.length} labels but ${pixels.length} bytes of pixels. ${REMEDY}`,
    );
  }
  return { count: labels.length, pixels, labels };
}

async function readChecked(folder: string, manifest: Manifest, name: string): Promise<Uint8Array> {
  const file = path.join(folder, name);
  const bytes = await readFile(file).catch(() => {
    throw new LabError(`CIFAR-10 is not complete: ${file} is missing. ${REMEDY}`);
  });
  const expected = manifest.files[name]?.sha256;
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== expected) {
    throw new LabError(
      `${file} is corrupt: its SHA-256 is ${found}, expected ${expected}. ${REMEDY}`,
    );
  }
  return bytes;
}

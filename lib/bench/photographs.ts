import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import sharp from 'sharp';

import { randomStream } from '../data/random';

/** The size of most of ImageNet's photographs. */
export const PHOTOGRAPH = { width: 500, height: 375 } as const;

/** JPEG files in a folder of their own. */
export interface Photographs {
  readonly files: readonly string[];
  readonly meanBytes: number;
  /** Deletes them. */
  remove(): void;
}

/**
 * Makes JPEG files that cost as much to decode as photographs: large spots of random colours under fine noise, which at
 * this quality take about as many bytes as ImageNet's images do, 110 KB.
 */
export async function makePhotographs(count: number): Promise<Photographs> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'inception-lab-photographs-'));
  const files = Array.from({ length: count }, (_, index) => path.join(folder, `${index}.jpg`));
  for (const [index, file] of files.entries()) await makePhotograph(file, index);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return {
    files,
    meanBytes: Math.round(bytes / count),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const SPOT_PIXELS = 25;
const NOISE_LEVELS = 88;

async function makePhotograph(file: string, seed: number): Promise<void> {
  const { width, height } = PHOTOGRAPH;
  const random = randomStream(seed);
  const spots = { width: width / SPOT_PIXELS, height: height / SPOT_PIXELS, channels: 3 } as const;
  const colours = Uint8Array.from({ length: spots.width * spots.height * 3 }, () => 256 * random());
  const smooth = await sharp(colours, { raw: spots })
    .resize(width, height, { kernel: 'cubic' })
    .raw()
    .toBuffer();
  const noisy = Uint8ClampedArray.from(smooth, (level) => level + NOISE_LEVELS * (random() - 0.5));
  await sharp(noisy, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toFile(file);
}

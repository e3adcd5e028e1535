import { createHash } from 'node:crypto';

import { type Dataset, imageBytes, type ImageSet } from './dataset';
import { randomStream } from './random';

const CLASSES = 10;
const IMAGE_SIZE = 32;

/**
 * Made-up images that a network can learn within a few steps: each class is a stripe pattern of its own, in noise.
 *
 * For tests, and for a first try where CIFAR-10 cannot be fetched.
 */
export function syntheticDataset(trainImages = 512, testImages = 128): Dataset {
  const train = images(trainImages, 1);
  const test = images(testImages, 2);
  return {
    name: 'synthetic',
    imageSize: IMAGE_SIZE,
    classNames: Array.from({ length: CLASSES }, (_, label) => `stripes ${label}`),
    train,
    test,
    sha256: createHash('sha256').update(train.pixels).update(test.pixels).digest('hex'),
  };
}

function images(count: number, seed: number): ImageSet {
  const random = randomStream(seed);
  const size = imageBytes(IMAGE_SIZE);
  const pixels = new Uint8Array(count * size);
  const labels = Uint8Array.from({ length: count }, (_, index) => index % CLASSES);
  for (let i = 0; i < pixels.length; i++) {
    const label = labels[Math.floor(i / size)];
    const column = Math.floor((i % size) / 3) % IMAGE_SIZE;
    const stripe = Math.sin((column / IMAGE_SIZE) * Math.PI * (label + 1));
    pixels[i] = Math.round(128 + 60 * stripe + 60 * (random() - 0.5));
  }
  return { count, pixels, labels };
}

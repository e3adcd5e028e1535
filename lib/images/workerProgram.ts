import { parentPort } from 'node:worker_threads';

import sharp from 'sharp';

import { imageCrops } from '../evaluation/crops';
import { decodeImage } from './decode';
import { ImageError } from './imageError';
import { requestedPictures } from './pictures';
import type { ImageAnswer, ImageJob, WorkerOrder } from './workerMessages';

/** Prepares images one after the other, in the order in which they come: a thread of `ImageWorkers`. */
sharp.cache(false);
// The other cores are for the other workers and for TensorFlow.
sharp.concurrency(1);

let work: Promise<void> = Promise.resolve();
let closing = false;

parentPort?.on('message', (order: WorkerOrder) => {
  if (order === 'close') {
    closing = true;
    // Not terminate(): sharp must not be in the middle of an image.
    work = work.then(() => parentPort?.close());
  } else {
    work = work.then(() => answer(order));
  }
});

async function answer(job: ImageJob): Promise<void> {
  if (closing) return;
  const result = await resultOf(job);
  parentPort?.postMessage(result, buffersOf(result));
}

async function resultOf({ id, source, preparation }: ImageJob): Promise<ImageAnswer> {
  try {
    const image = await decodeImage(source);
    const { width, height } = image;
    const { pictures } = imageCrops(width, height, preparation.plan);
    return { id, prepared: { width, height, pictures: requestedPictures(image, pictures) } };
  } catch (error) {
    if (error instanceof ImageError) {
      return { id, unusable: { file: error.file, reason: error.reason } };
    }
    return { id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** The memory that is handed over to the other thread instead of being copied. */
function buffersOf(answer: ImageAnswer): ArrayBuffer[] {
  if (!('prepared' in answer)) return [];
  const buffers = answer.prepared.pictures.map(({ pixels }) => pixels.buffer as ArrayBuffer);
  return [...new Set(buffers)];
}

import { parentPort } from 'node:worker_threads';

import sharp from 'sharp';

import { imageCrops } from './crops';
import { decodeImage } from './decode';
import { ImageError } from './imageError';
import type { Picture } from './picture';
import { requestedPictures } from './pictures';
import { trainingInput } from './trainingInput';
import type {
  ImageAnswer,
  ImageJob,
  Preparation,
  PreparedImage,
  WorkerOrder,
} from './workerMessages';

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
    return { id, prepared: prepared(await decodeImage(source), preparation) };
  } catch (error) {
    if (error instanceof ImageError) {
      return { id, unusable: { file: error.file, reason: error.reason } };
    }
    return { id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function prepared(image: Picture, preparation: Preparation): PreparedImage {
  if (preparation.kind === 'training') {
    return trainingInput(image, preparation);
  }
  const { width, height } = image;
  const { pictures } = imageCrops(width, height, preparation.plan);
  return { width, height, pictures: requestedPictures(image, pictures) };
}

/** The memory that is handed over to the other thread instead of being copied. */
function buffersOf(answer: ImageAnswer): ArrayBuffer[] {
  if (!('prepared' in answer)) return [];
  const { prepared } = answer;
  const arrays = 'pictures' in prepared ? prepared.pictures : [prepared];
  return [...new Set(arrays.map(({ pixels }) => pixels.buffer as ArrayBuffer))];
}

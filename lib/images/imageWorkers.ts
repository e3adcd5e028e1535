// Threads can only load the library where the main thread has it and keeps it loaded.
import 'sharp';

import os from 'node:os';

import type { CropPlan } from './crops';
import type { ImageError } from './imageError';
import { ImageThread } from './imageThread';
import type { ImageSource } from './picture';
import type { ImagePreparer, PreparedCrops, PreparedInput, TrainingJob } from './preparation';
import { readAhead } from './readAhead';

/**
 * Threads that decode and scale images while the main thread is busy, also where TensorFlow blocks it for seconds.
 *
 * They hold one decoded image each, and what was prepared and not taken yet.
 */
export class ImageWorkers implements ImagePreparer {
  private readonly threads: readonly ImageThread[];

  /** Default: see `defaultThreads`. */
  constructor(count = defaultThreads()) {
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`${count} image threads; at least 1 is needed.`);
    }
    this.threads = Array.from({ length: count }, () => new ImageThread());
  }

  /**
   * The pictures of `imageCrops` of each image, or what is wrong with it, in the order of the sources.
   *
   * At most `ahead` images are prepared or in work at any time, besides the one that was given last. Throws a LabError when
   * a thread dies.
   */
  cropPictures(
    sources: Iterable<ImageSource>,
    plan: CropPlan,
    ahead: number,
  ): AsyncGenerator<PreparedCrops | ImageError, void> {
    return readAhead(sources, ahead, (source) =>
      this.leastLoaded().prepare<'crops'>(source, { kind: 'crops', plan }),
    );
  }

  /**
   * A distorted training input of each image (see `trainingInput`), or what is wrong with it, in the order of the jobs.
   *
   * Holds and throws as `cropPictures` does.
   */
  trainingInputs(
    jobs: Iterable<TrainingJob>,
    ahead: number,
  ): AsyncGenerator<PreparedInput | ImageError, void> {
    return readAhead(jobs, ahead, ({ source, preparation }) =>
      this.leastLoaded().prepare<'training'>(source, preparation),
    );
  }

  /** Ends the threads; images that were asked for and not taken are lost. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private leastLoaded(): ImageThread {
    return this.threads.reduce((least, thread) => (thread.load < least.load ? thread : least));
  }
}

/**
 * A thread per core, but no more than Node's pool has, in which decoding takes place: 4, unless UV_THREADPOOL_SIZE says
 * otherwise when Node starts.
 */
export function defaultThreads(): number {
  return Math.min(os.availableParallelism(), Number(process.env.UV_THREADPOOL_SIZE) || 4);
}

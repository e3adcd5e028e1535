import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { LabError } from '../errors';
import { projectRoot } from '../projectRoot';
import { ImageError } from './imageError';
import type { ImageSource } from './picture';
import type { ImageAnswer, Preparations, PreparedImage, WorkerOrder } from './workerMessages';

interface Waiting {
  readonly resolve: (prepared: PreparedImage | ImageError) => void;
  readonly reject: (error: Error) => void;
}

/** One thread that prepares images; it does not keep the process alive while it has none. */
export class ImageThread {
  private readonly worker = new Worker(workerProgram(), { execArgv: [] });
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;
  private isClosing = false;
  private death: LabError | undefined;

  constructor() {
    this.worker.unref();
    this.worker.on('message', (answer: ImageAnswer) => this.settle(answer));
    this.worker.once('error', (error) => this.die(error.message));
    this.worker.once('exit', (code) => this.die(`exit code ${code}`));
  }

  /** How many images it has been given and has not prepared yet. */
  get load(): number {
    return this.waiting.size;
  }

  /** What was prepared, or what is wrong with the image; rejects when the thread dies or was closed before. */
  prepare<Kind extends keyof Preparations>(
    source: ImageSource,
    preparation: Preparations[Kind]['order'],
  ): Promise<Preparations[Kind]['prepared'] | ImageError> {
    if (this.death) return Promise.reject(this.death);
    const id = this.nextId++;
    const job = { id, preparation, source: 'picture' in source ? copied(source) : source };
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.ref();
      this.send(job, 'picture' in job.source ? [job.source.picture.pixels.buffer] : []);
    });
  }

  /** Ends it after the image it is at. */
  async close(): Promise<void> {
    if (this.death) return;
    // The answer of the image that it is at must not let the process end before the thread has.
    this.isClosing = true;
    const exit = new Promise((resolve) => this.worker.once('exit', resolve));
    this.worker.ref();
    this.send('close');
    await exit;
  }

  private send(order: WorkerOrder, memory: readonly ArrayBuffer[] = []): void {
    this.worker.postMessage(order, [...memory]);
  }

  private settle(answer: ImageAnswer): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (this.waiting.size === 0 && !this.isClosing) this.worker.unref();
    if ('prepared' in answer) waiting?.resolve(answer.prepared);
    else if ('failed' in answer) waiting?.reject(new Error(answer.failed));
    else waiting?.resolve(new ImageError(answer.unusable.file, answer.unusable.reason));
  }

  private die(how: string): void {
    this.death ??= new LabError(`A thread that prepares images has ended: ${how}.`);
    for (const { reject } of this.waiting.values()) reject(this.death);
    this.waiting.clear();
  }
}

function workerProgram(): string {
  return path.join(projectRoot(), 'dist/lib/images/workerProgram.js');
}

/**
 * Its own pixels only: sending a view would send all that it is a view of, such as a whole data set. Made anew, for `slice`
 * of a Buffer is a view, too.
 */
function copied({ picture }: Extract<ImageSource, { picture: unknown }>) {
  return { picture: { ...picture, pixels: new Uint8Array(picture.pixels) } };
}

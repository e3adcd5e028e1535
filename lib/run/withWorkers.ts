import { ImageWorkers } from '../images/imageWorkers';

/** Does what needs threads that prepare images, and ends them. */
export async function withWorkers<Result>(
  work: (workers: ImageWorkers) => Promise<Result>,
): Promise<Result> {
  const workers = new ImageWorkers();
  try {
    return await work(workers);
  } finally {
    await workers.close();
  }
}

/**
 * The results of jobs in their order, of which at most `ahead` are under way or waiting to be taken.
 *
 * Throws what a job or `jobs` throws, when it is its turn. Jobs under way when the reader stops are not waited for.
 */
export async function* readAhead<Job, Result>(
  jobs: Iterable<Job>,
  ahead: number,
  start: (job: Job) => Promise<Result>,
): AsyncGenerator<Result, void> {
  if (!Number.isInteger(ahead) || ahead < 1) {
    throw new RangeError(`${ahead} jobs ahead; at least 1 is needed.`);
  }
  const iterator = jobs[Symbol.iterator]();
  const started: Promise<Result>[] = [];
  const fill = (): void => {
    while (started.length < ahead) {
      const next = iterator.next();
      if (next.done) return;
      const result = start(next.value);
      // It throws when it is its turn, if it ever is.
      void result.catch(() => undefined);
      started.push(result);
    }
  };
  try {
    fill();
    while (started.length > 0) {
      const result = await started[0];
      void started.shift();
      fill();
      yield result;
    }
  } finally {
    iterator.return?.();
  }
}

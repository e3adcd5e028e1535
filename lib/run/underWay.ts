import { type Config, configHash } from '../config';
import { UsageError } from '../errors';
import type { RecordPlace } from './recordPlace';
import type { Run } from './run';

/** The recorded runs that go on in this process. */
const runs = new Map<string, Run>();

/** Remembers a recorded run while it goes on. */
export function remember(place: RecordPlace, config: Config, run: Run): void {
  const key = keyOf(place, config);
  const forget = (): void => {
    if (runs.get(key) === run) runs.delete(key);
  };
  runs.set(key, run);
  run.then(forget, forget);
}

/**
 * Waits until the same run, which this process was told to stop, has ended: after an interrupt a cell is soon run again.
 *
 * Throws a UsageError, at once, when the same run goes on and nobody has stopped it.
 */
export function endOfEarlier(place: RecordPlace, config: Config): Promise<unknown> {
  const run = runs.get(keyOf(place, config));
  if (run?.status === 'running') {
    throw new UsageError(
      `This run of ${config.network.name} is still going on: await it, or end it with "await run.stop()", before it is begun again.`,
    );
  }
  return Promise.allSettled([run]);
}

function keyOf({ folder }: RecordPlace, config: Config): string {
  return `${folder} ${configHash(config)}`;
}

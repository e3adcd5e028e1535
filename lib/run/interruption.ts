/** npm passes Ctrl-C on to a process that has had it from the terminal: what comes so soon is the same press. */
export const SAME_PRESS_MILLISECONDS = 300;

const active = new Set<() => void>();
let isTerminating = false;

/**
 * Calls `stop` at the first SIGINT or SIGTERM until it is released: Ctrl-C, or the interrupt button of a notebook.
 *
 * A second one does what it would do without us: SIGINT ends a program, and nothing in a notebook's kernel, which listens
 * itself. After a SIGTERM the process ends when the last run is released. Returns the release.
 */
export function onInterruption(stop: () => void): () => void {
  const onInterrupt = (): void => {
    stop();
    setTimeout(() => process.off('SIGINT', onInterrupt), SAME_PRESS_MILLISECONDS).unref();
  };
  const onTerminate = (): void => {
    isTerminating = true;
    stop();
  };
  active.add(stop);
  process.on('SIGINT', onInterrupt);
  process.once('SIGTERM', onTerminate);
  return () => {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
    active.delete(stop);
    if (isTerminating && active.size === 0) process.kill(process.pid, 'SIGTERM');
  };
}

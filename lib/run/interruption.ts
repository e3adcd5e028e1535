const active = new Set<() => void>();
let isTerminating = false;

/**
 * Calls `stop` at the first SIGINT or SIGTERM until it is released: Ctrl-C, or the interrupt button of a notebook.
 *
 * A second one does what it would do without us: SIGINT ends a program, and nothing in a notebook's kernel, which listens
 * itself. After a SIGTERM the process ends when the last run is released. Returns the release.
 */
export function onInterruption(stop: () => void): () => void {
  const onTerminate = (): void => {
    isTerminating = true;
    stop();
  };
  active.add(stop);
  process.once('SIGINT', stop);
  process.once('SIGTERM', onTerminate);
  return () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', onTerminate);
    active.delete(stop);
    if (isTerminating && active.size === 0) process.kill(process.pid, 'SIGTERM');
  };
}

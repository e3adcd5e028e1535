import os from 'node:os';

import { SAME_PRESS_MILLISECONDS } from '../lib/run/interruption';

/** What has stopped a command, if anything. */
export interface Interruption {
  /** Aborts at the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** The exit code that a shell gives a command which such a signal has ended; undefined until there was one. */
  readonly exitCode: () => number | undefined;
  /** Leaves the signals alone again. */
  readonly release: () => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Lets the first Ctrl-C or SIGTERM end what goes on after its current step, and a second one end the process at once.
 *
 * `say` tells the user; `atOnce` is called just before the process ends.
 */
export function interruption(
  say: (text: string) => void,
  atOnce: () => void = () => undefined,
): Interruption {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let firstAt = 0;
  const onSignal = (name: (typeof SIGNALS)[number]): void => {
    if (controller.signal.aborted && performance.now() - firstAt < SAME_PRESS_MILLISECONDS) return;
    // As a shell counts them: 130 for SIGINT, 143 for SIGTERM.
    exitCode = 128 + os.constants.signals[name];
    if (controller.signal.aborted) {
      atOnce();
      process.exit(exitCode);
    }
    firstAt = performance.now();
    say('Stopping after this step; press Ctrl-C again to end at once.');
    controller.abort();
  };
  SIGNALS.forEach((name) => process.on(name, onSignal));
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    release: () => SIGNALS.forEach((name) => process.off(name, onSignal)),
  };
}

import { SingleBar } from 'cli-progress';

/** How far a command is. */
export interface ShareDisplay {
  /** `share` from 0 to 1; `next` is what comes now. */
  readonly update: (share: number, next: string) => void;
  readonly stop: () => void;
}

/** A progress bar with time left on a terminal, a line for every part elsewhere. On stderr. */
export function shareDisplay(title: string): ShareDisplay {
  if (!process.stderr.isTTY) {
    return {
      update: (share, next) => console.error(`${title}  ${percent(share)} %  ${next}`),
      stop: () => undefined,
    };
  }
  const bar = new SingleBar({
    format: `${title}  {bar} {percentage} %  {next}  {eta_formatted} left`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(100, 0, { next: '' });
  return {
    update: (share, next) => bar.update(percent(share), { next }),
    stop: () => bar.stop(),
  };
}

function percent(share: number): number {
  return Math.round(100 * share);
}

import { MultiBar } from 'cli-progress';

/** Bars one below the other on a terminal; lines that stay go above them. */
export interface TerminalBars {
  readonly bars: MultiBar;
  /** A line that stays. */
  readonly say: (text: string) => void;
  readonly stop: () => void;
}

/** Opens the place for bars at the end of a terminal. */
export function terminalBars(stream: NodeJS.WriteStream): TerminalBars {
  const bars = new MultiBar({
    stream,
    // An interrupt lets the step end first, and the bars stay until then.
    ...{ hideCursor: true, clearOnComplete: true, etaBuffer: 50, gracefulExit: false },
  });
  // Also when the process ends at once: the cursor comes back.
  const stop = (): void => {
    process.off('exit', stop);
    // Lines that are still to be written would be lost.
    bars.update();
    bars.stop();
  };
  process.on('exit', stop);
  const say = (text: string): void => {
    bars.log(`${text}\n`);
    // At once, also when no bar is there to be drawn yet.
    bars.update();
  };
  return { bars, say, stop };
}

/** How wide a bar is beside so many columns of text. */
export function barSize(stream: NodeJS.WriteStream, textColumns: number): number {
  return Math.min(30, Math.max(5, stream.columns - textColumns));
}

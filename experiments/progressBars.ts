import { MultiBar, type SingleBar } from 'cli-progress';

import { Speedometer } from '../lib/run/speed';
import type { StepProgress } from '../lib/training/train';
import type { RunDisplay, RunsDisplay } from './progress';
import { epochText, resumeText, stepTexts } from './progressTexts';

/** Columns that a line takes beside its bar. */
const TEXT_COLUMNS = 118;

/** A bar for each run, one below the other, on a terminal; lines that stay go above them. */
export function progressBars(stream: NodeJS.WriteStream): RunsDisplay {
  const bars = new MultiBar({
    stream,
    format:
      '{title}  {bar} step {value}/{total}  loss {loss}  top-1 error {error}  lr {learningRate}  {speed} images/s  {eta_formatted} left',
    barsize: Math.min(30, Math.max(5, stream.columns - TEXT_COLUMNS)),
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
    // An interrupt lets the step end first, and the bars stay until then.
    gracefulExit: false,
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
  return { begin: (title) => new RunBar(bars, title, say), say, stop };
}

/** The bar of one run; it appears with the first step. */
class RunBar implements RunDisplay {
  private readonly speedometer = new Speedometer();
  private bar: SingleBar | undefined;

  constructor(
    private readonly bars: MultiBar,
    private readonly title: string,
    private readonly say: (text: string) => void,
  ) {}

  readonly onStep = (progress: StepProgress): void => {
    const texts = stepTexts(progress, this.speedometer.measure(progress)?.imagesPerSecond);
    const payload = { title: this.title, ...texts };
    this.bar ??= this.bars.create(progress.totalSteps, progress.step, payload);
    this.bar.update(progress.step, payload);
  };

  readonly onEpoch: RunDisplay['onEpoch'] = (line) => {
    this.say(`${this.title}  ${epochText(line)}`);
  };

  readonly onResume: RunDisplay['onResume'] = (position, file) => {
    this.say(`${this.title}  ${resumeText(position, file)}`);
  };

  readonly onWarning = (text: string): void => this.say(`${this.title}  ${text}`);

  readonly end = (): void => {
    if (this.bar) this.bars.remove(this.bar);
  };
}

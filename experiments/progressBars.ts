import type { MultiBar, Options, SingleBar } from 'cli-progress';

import { Speedometer } from '../lib/run/speed';
import type { StepProgress } from '../lib/training/train';
import type { RunDisplay, RunsDisplay } from './progress';
import { epochText, resumeText, stepTexts } from './progressTexts';
import { barSize, type TerminalBars, terminalBars } from './terminalBars';

/** Columns that a line takes beside its bar. */
const TEXT_COLUMNS = 118;

const FORMAT =
  '{title}  {bar} step {value}/{total}  loss {loss}  top-1 error {error}  lr {learningRate}  {speed} images/s  {eta_formatted} left';

/** A bar for each run, among `shared` bars where they are given. */
export function progressBars(
  stream: NodeJS.WriteStream,
  shared: TerminalBars = terminalBars(stream),
): RunsDisplay {
  const { bars, say, stop } = shared;
  const options = { format: FORMAT, barsize: barSize(stream, TEXT_COLUMNS) };
  return { begin: (title) => new RunBar(bars, options, title, say), say, stop };
}

/** The bar of one run; it appears with the first step. */
class RunBar implements RunDisplay {
  private readonly speedometer = new Speedometer();
  private bar: SingleBar | undefined;

  constructor(
    private readonly bars: MultiBar,
    private readonly options: Options,
    private readonly title: string,
    private readonly say: (text: string) => void,
  ) {}

  readonly onStep = (progress: StepProgress): void => {
    const texts = stepTexts(progress, this.speedometer.measure(progress)?.imagesPerSecond);
    const payload = { title: this.title, ...texts };
    const { totalSteps, step } = progress;
    this.bar ??= this.bars.create(totalSteps, step, payload, this.options);
    this.bar.update(step, payload);
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

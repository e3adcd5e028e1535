import { newNotebookOutput, type NotebookOutput } from '../figures/show';
import { duration } from '../report/format';
import type { EpochLine } from '../results/record';
import type { StepProgress } from '../training/train';
import { type ProgressState, progressTable, stepFacts } from './progressTable';
import { Speedometer } from './speed';

/** What shows how a run goes on. */
export interface RunProgress {
  /** Says what happens beside steps. */
  note(text: string): void;
  step(progress: StepProgress): void;
  epoch(line: EpochLine): void;
  /** Epochs that were finished before this run began. */
  earlier(lines: readonly EpochLine[]): void;
  /** Shows the last state and how the run ended. */
  end(text: string): void;
}

/** An output that changes in place below the notebook cell that is running; lines on stderr elsewhere. */
export function runProgress(title: string): RunProgress {
  const output = newNotebookOutput();
  return output ? new NotebookProgress(title, output) : new PlainProgress(title);
}

/** Shows nothing. */
export const NO_PROGRESS: RunProgress = {
  note: () => undefined,
  step: () => undefined,
  epoch: () => undefined,
  earlier: () => undefined,
  end: () => undefined,
};

/** Milliseconds between two updates of an output: Jupyter's servers drop messages that come too fast. */
const SHORTEST_PAUSE = 400;

class NotebookProgress implements RunProgress {
  private readonly speedometer = new Speedometer();
  private state: ProgressState;
  private nextDrawing = 0;

  constructor(
    title: string,
    private readonly output: NotebookOutput,
  ) {
    this.state = { title, note: 'getting ready', epochs: [] };
    // At once: the output has to stand below the cell that starts the run, not below a later one.
    this.draw();
  }

  note(text: string): void {
    this.state = { ...this.state, note: text };
    this.draw();
  }

  step(step: StepProgress): void {
    this.state = { ...this.state, note: 'training', step, speed: this.speedometer.measure(step) };
    this.drawSoon();
  }

  epoch(line: EpochLine): void {
    this.state = { ...this.state, epochs: [...this.state.epochs, line] };
    this.drawSoon();
  }

  earlier(lines: readonly EpochLine[]): void {
    this.state = { ...this.state, epochs: [...this.state.epochs, ...lines] };
  }

  end(text: string): void {
    this.state = { ...this.state, speed: undefined };
    this.note(text);
  }

  private drawSoon(): void {
    if (performance.now() >= this.nextDrawing) this.draw();
  }

  private draw(): void {
    this.output.html(progressTable(this.state).text);
    this.nextDrawing = performance.now() + SHORTEST_PAUSE;
  }
}

class PlainProgress implements RunProgress {
  private readonly speedometer = new Speedometer();

  constructor(private readonly title: string) {}

  note(text: string): void {
    console.error(`${this.title}: ${text}`);
  }

  step(step: StepProgress): void {
    const speed = this.speedometer.measure(step);
    const tenth = Math.max(1, Math.floor(step.totalSteps / 10));
    if (step.step % tenth === 0) this.note(stepFacts(step, speed).join(', '));
  }

  epoch({ epoch, trainLoss, top1Error, seconds }: EpochLine): void {
    const time = duration(seconds.train + seconds.evaluate);
    const results = `loss ${trainLoss.toFixed(3)}, top-1 error ${top1Error.toFixed(2)} %`;
    this.note(`epoch ${epoch}, ${results} (${time})`);
  }

  earlier(): void {}

  end(text: string): void {
    this.note(text);
  }
}

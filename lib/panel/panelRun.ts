import type { Config } from '../config';
import type { ChangeLine, ProbeLine } from '../results/record';
import type { Run } from '../run/run';
import { type Speed, Speedometer } from '../run/speed';
import { trainConfig } from '../run/train';
import type { RunOptions } from '../run/trainOptions';
import type { Steering } from '../training/steering';
import type { StepProgress } from '../training/train';
import type { ChoiceValue } from './controls';
import type { Values } from './declaration';
import { Gate } from './gate';
import { Series } from './series';
import { labelOf, steeredBy } from './settings';

/** Where a live setting was changed. */
export interface Mark {
  readonly step: number;
  readonly text: string;
}

/** What a panel's run is told beside its config; how it is steered and shown is the panel's. */
export type PanelRunOptions = Pick<RunOptions, 'record' | 'checkpoints' | 'callbacks'>;

/** The training error that is drawn is the mean over so many steps: that of one batch jumps. */
const ERROR_STEPS = 20;
/** So many marks are drawn, the last ones; the record has all. */
const MARKS = 100;

/** One run of a panel while it goes on, with what is drawn of it. */
export class PanelRun {
  readonly series = new Series();
  readonly marks: Mark[] = [];
  readonly run: Run;
  progress: StepProgress | undefined;
  speed: Speed | undefined;
  private readonly gate = new Gate();
  private speedometer = new Speedometer();
  private steering: Steering = {};
  private probe: ProbeLine | undefined;
  private errors: number[] = [];

  /** Begins at once, its first step when `ready` is fulfilled; `onUpdate` is called after every step. */
  constructor(
    readonly number: number,
    readonly values: Values,
    config: Config,
    options: PanelRunOptions,
    ready: Promise<unknown>,
    private readonly onUpdate: () => void,
  ) {
    const { callbacks } = options;
    this.run = trainConfig(config, {
      ...options,
      progress: false,
      steer: async () => {
        await ready;
        await this.gate.passed();
        return this.steering;
      },
      callbacks: {
        ...callbacks,
        onStep: (step) => {
          this.addStep(step);
          callbacks?.onStep?.(step);
        },
        onProbe: (line) => {
          this.probe = line;
          callbacks?.onProbe?.(line);
        },
        onChange: (line) => {
          this.mark(line);
          callbacks?.onChange?.(line);
        },
      },
    });
  }

  get isPaused(): boolean {
    return this.gate.isClosed;
  }

  pause(): void {
    this.gate.close();
  }

  goOn(): void {
    // The time of the pause says nothing of the speed.
    this.speedometer = new Speedometer();
    this.gate.open();
  }

  /** Sets a live control from the next step on. */
  set(name: string, value: ChoiceValue): void {
    const key = steeredBy(name);
    if (key) this.steering = { ...this.steering, [key]: value };
  }

  private addStep(progress: StepProgress): void {
    this.progress = progress;
    this.speed = this.speedometer.measure(progress);
    this.errors = [...this.errors, progress.stepTop1Error].slice(-ERROR_STEPS);
    const last = this.probe?.layers.at(-1);
    this.series.add({
      step: progress.step,
      loss: Number.isFinite(progress.loss) ? progress.loss : null,
      error: this.errors.reduce((sum, error) => sum + error, 0) / this.errors.length,
      zeros: last?.zeros ?? null,
      deadChannels: last?.deadChannels ?? null,
    });
    this.probe = undefined;
    this.onUpdate();
  }

  private mark({ step, learningRate, residualScale, gradientClip }: ChangeLine): void {
    const changed = { learningRate, scale: residualScale?.a, gradientClip };
    const texts = Object.entries(changed)
      .filter(([, value]) => typeof value === 'number')
      .map(([name, value]) => `${labelOf(name)} ${Number((value as number).toPrecision(3))}`);
    this.marks.push({ step, text: texts.join(', ') });
    this.marks.splice(0, this.marks.length - MARKS);
  }
}

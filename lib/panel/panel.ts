import { inspect } from 'node:util';

import { UsageError } from '../errors';
import type { RunRecord, RunStatus } from '../results/record';
import { RunFiles } from '../results/runFiles';
import type { FinishedRun } from '../run/finishedRun';
import { recordPlace } from '../run/recordPlace';
import type { Run } from '../run/run';
import { checkValue, type ChoiceValue } from './controls';
import { controlError, type Declaration, type Values } from './declaration';
import { type Mark, PanelRun, type PanelRunOptions } from './panelRun';
import { type Point, thinned } from './series';
import { steeredBy } from './settings';
import { type Showing, showPanel } from './showing';

/** What a panel is doing. */
export type PanelStatus = 'idle' | 'running' | 'paused' | 'stopping' | 'ended';

/** How a panel's last run ended; 'failed' when it threw. */
export type PanelEnd = RunStatus | 'failed';

/** An earlier run of a panel, for comparison. */
export interface EarlierRun {
  readonly number: number;
  readonly values: Values;
  readonly end: PanelEnd;
  readonly points: readonly Point[];
}

/** Where a panel stands. */
export interface PanelState {
  readonly status: PanelStatus;
  /** How the last run ended, where none goes on. */
  readonly end?: PanelEnd;
  /** What a run threw. */
  readonly failure?: string;
  /** The values of the controls. */
  readonly values: Values;
  /** Controls whose value is another than the run's, which has to begin anew for it. */
  readonly waiting: readonly string[];
  /** Training steps of the run so far. */
  readonly step: number;
  readonly series: readonly Point[];
  readonly marks: readonly Mark[];
}

/** How a panel is shown, and to whom. */
export interface PanelPlace {
  /** What stands above it; a panel with the same title that is open is closed. Default 'Control panel'. */
  readonly title?: string;
  /**
   * Hosts by whose name a proxy, such as jupyter-server-proxy, passes on requests; beside those of LAB_PANEL_HOSTS, which
   * are separated by commas.
   */
  readonly allowedHosts?: readonly string[];
}

/** So many earlier runs are drawn, each with so many points. */
const EARLIER_RUNS = 6;
const EARLIER_POINTS = 300;

/** Runs are recorded in results/panel/ unless told otherwise. */
const RECORD = 'panel';

/** Controls of training runs, one run at a time; `show` draws them, the other functions are their buttons. */
export class Panel {
  readonly title: string;
  readonly earlier: EarlierRun[] = [];
  /** The records of the runs that have ended. */
  readonly records: RunRecord[] = [];
  /** Called after every change; the page's. */
  onChange: () => void = () => undefined;
  current: PanelRun | undefined;
  private values: Values;
  private end: PanelEnd | undefined;
  private failure: string | undefined;
  private showing: Promise<Showing> | undefined;
  private isClosed = false;

  /** `ready`: the first step of a run waits for it. */
  constructor(
    readonly declaration: Declaration,
    private readonly options: PanelRunOptions,
    readonly place: PanelPlace = {},
    private readonly ready: Promise<unknown> = Promise.resolve(),
  ) {
    this.title = place.title ?? 'Control panel';
    this.values = declaration.values;
  }

  get state(): PanelState {
    const { current, values, end, failure } = this;
    const names = Object.keys(values);
    return {
      ...{ status: this.status, end, failure, values },
      waiting: names.filter((name) => this.isRunning && this.needsRestart(name)),
      step: current?.progress?.step ?? 0,
      series: current?.series.points ?? [],
      marks: current?.marks ?? [],
    };
  }

  /** The newest run, as `lab.train` gives it; undefined before the first one. */
  get run(): Run | undefined {
    return this.current?.run;
  }

  /**
   * Shows the panel below the running notebook cell; outside a notebook it prints the panel's address. The panel is served
   * until `close()` or, in a notebook, the end of its kernel.
   */
  async show(): Promise<void> {
    this.requireOpen();
    this.showing ??= showPanel(this);
    await this.showing;
  }

  /** Begins a run with the values of the controls. Throws a UsageError while one goes on, and where values do not fit. */
  start(): Run {
    this.requireOpen();
    if (this.isRunning) {
      throw new UsageError('A run of this panel goes on: stop it first, or restart it.');
    }
    const config = this.declaration.configOf(this.values);
    this.keepForComparison();
    const { record = RECORD, checkpoints = { last: 1, best: 0 }, callbacks } = this.options;
    const number = (this.current?.number ?? 0) + 1;
    const options = { record, checkpoints, callbacks };
    const started = new PanelRun(number, this.values, config, options, this.ready, () =>
      this.onChange(),
    );
    [this.current, this.end, this.failure] = [started, undefined, undefined];
    started.run.then(
      (finished) => this.endRun(finished),
      (error: unknown) => this.failRun(error),
    );
    this.onChange();
    return started.run;
  }

  /** Holds the run before its next step. Throws a UsageError when none goes on. */
  pause(): void {
    this.running().pause();
    this.onChange();
  }

  /** Lets a run that is held go on. Throws a UsageError when there is none. */
  goOn(): void {
    this.running().goOn();
    this.onChange();
  }

  /** Ends the run after its step, or where it is held; resolves when it has ended, at once when none goes on. */
  async stop(): Promise<void> {
    const { current } = this;
    if (!current || !this.isRunning) return;
    const ended = current.run.stop();
    this.onChange();
    await Promise.allSettled([ended]);
  }

  /** Stops the run, where one goes on, and begins one with the values of the controls; resolves when that has begun. */
  async restart(): Promise<void> {
    await this.stop();
    // Not returned: a promise of a run, which can be awaited itself, would wait for its end.
    this.start();
  }

  /**
   * Sets a control: a live one acts from the next step on, another one when a run begins.
   *
   * Throws a UsageError that names the control and what it takes.
   */
  set(name: string, value: ChoiceValue): void {
    const { controls } = this.declaration;
    if (!Object.hasOwn(controls, name)) {
      throw new UsageError(
        `There is no control "${name}": expected one of ${Object.keys(controls).join(', ')}.`,
      );
    }
    checkValue(controls[name], value, (message) => controlError(name, message));
    this.values = { ...this.values, [name]: value };
    if (this.isRunning) this.current?.set(name, value);
    this.onChange();
  }

  /** Stops the run and takes the panel away; records stay, and so does `run`. Fine to call more than once. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.stop();
    const shown = await this.showing;
    await shown?.close();
  }

  /** What a notebook shows where the panel is a cell's last line. */
  [inspect.custom](): string {
    return `${this.title}: ${this.status}, ${this.current?.number ?? 0} runs; "await panel.show()" shows it`;
  }

  private get isRunning(): boolean {
    return this.current !== undefined && this.end === undefined;
  }

  private get status(): PanelStatus {
    const { current } = this;
    if (!current) return 'idle';
    if (this.end) return 'ended';
    if (current.run.status === 'stopping') return 'stopping';
    return current.isPaused ? 'paused' : 'running';
  }

  private needsRestart(name: string): boolean {
    return !steeredBy(name) && this.values[name] !== this.current?.values[name];
  }

  private running(): PanelRun {
    if (!this.current || !this.isRunning) throw new UsageError('No run of this panel goes on.');
    return this.current;
  }

  private requireOpen(): void {
    if (this.isClosed) throw new UsageError('This panel was closed: run its cell again.');
  }

  private endRun({ record, status }: FinishedRun): void {
    this.records.push(record);
    this.end = status;
    this.onChange();
  }

  private failRun(error: unknown): void {
    this.failure = error instanceof Error ? error.message : String(error);
    this.end = 'failed';
    this.onChange();
  }

  /** Keeps the curves of the last run; its weights go, unless the user chose what is kept. */
  private keepForComparison(): void {
    const { current: last, end } = this;
    if (!last || !end) return;
    const points = thinned(last.series.points, EARLIER_POINTS);
    this.earlier.push({ number: last.number, values: last.values, end, points });
    this.earlier.splice(0, this.earlier.length - EARLIER_RUNS);
    const { record = RECORD, checkpoints } = this.options;
    const place = recordPlace(record);
    const id = this.records.at(-1)?.run.id;
    if (place && !checkpoints && id && end !== 'failed') {
      new RunFiles(place.folder, id).checkpoints.remove();
    }
  }
}

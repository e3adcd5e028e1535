import type { Panel } from './panel';
import type { Point } from './series';

/** How much of a panel a page has been sent. */
export interface Sent {
  readonly run: number;
  readonly generation: number;
  readonly points: number;
}

/** Nothing yet. */
export const NOTHING: Sent = { run: -1, generation: 0, points: 0 };

/** What a page is told of a panel that it does not know yet, and how much it knows then. */
export function stateMessage(
  panel: Panel,
  sent: Sent,
): { readonly text: string; readonly now: Sent } {
  const { current, state } = panel;
  const number = current?.number ?? 0;
  const generation = current?.series.generation ?? 0;
  const goesOn = sent.run === number && sent.generation === generation;
  const from = goesOn ? sent.points : 0;
  const { progress, speed } = current ?? {};
  const message = {
    ...{ status: state.status, end: state.end, failure: state.failure },
    ...{ values: state.values, waiting: state.waiting, run: number, from },
    points: state.series.slice(from).map(row),
    marks: state.marks,
    ...(progress && {
      ...{ step: progress.step, totalSteps: progress.totalSteps, epoch: progress.epoch },
      ...{ loss: finite(progress.loss), learningRate: progress.learningRate },
      imagesPerSecond: speed?.imagesPerSecond,
    }),
    // They change with the run alone.
    ...(sent.run !== number && {
      earlier: panel.earlier.map((run) => ({ ...run, points: run.points.map(row) })),
    }),
  };
  return {
    text: JSON.stringify(message),
    now: { run: number, generation, points: state.series.length },
  };
}

function row({ step, loss, error, zeros, deadChannels }: Point): (number | null)[] {
  return [step, ...[loss, error, zeros, deadChannels].map(finite)];
}

/** Five digits are more than a curve shows. */
function finite(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(5));
}

import type { RunRecord } from './record';

/** An error in percent and the epoch after which it was measured. */
export interface EpochError {
  readonly error: number;
  readonly epoch: number;
}

/** A run in a few numbers. */
export interface RunSummary {
  /** Epochs that were trained, and those of the config. */
  readonly epochs: number;
  readonly plannedEpochs: number;
  readonly steps: number;
  /** Lowest and last errors of the averages on the test images; absent before the first epoch's end. */
  readonly bestTop1?: EpochError;
  readonly bestTop5?: EpochError;
  readonly lastTop1?: EpochError;
  readonly lastTop5?: EpochError;
  /** Over all training steps, waiting for images and compiling among them, without evaluation. */
  readonly imagesPerSecond?: number;
  /** Of a run without an end: its epochs. */
  readonly wallSeconds: number;
}

/** Sums a record up. */
export function summarise({ run, epochs, final }: RunRecord): RunSummary {
  const last = epochs.at(-1);
  const errors = (name: 'top1Error' | 'top5Error') =>
    epochs.map((line) => ({ error: line[name], epoch: line.epoch }));
  const [top1, top5] = [errors('top1Error'), errors('top5Error')];
  const { batchSize, accumulation = 1 } = run.config;
  const trained = sum(epochs.map(({ seconds }) => seconds.train));
  const evaluated = sum(epochs.map(({ seconds }) => seconds.evaluate));
  return {
    epochs: epochs.length,
    plannedEpochs: run.config.epochs,
    steps: final?.step ?? last?.step ?? 0,
    bestTop1: lowest(top1),
    bestTop5: lowest(top5),
    lastTop1: top1.at(-1),
    lastTop5: top5.at(-1),
    imagesPerSecond: last && (last.step * batchSize * accumulation) / trained,
    wallSeconds: final?.wallSeconds ?? trained + evaluated,
  };
}

/** The first of the lowest. */
function lowest(errors: readonly EpochError[]): EpochError | undefined {
  return errors.reduce<EpochError | undefined>(
    (best, one) => (best && best.error <= one.error ? best : one),
    undefined,
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

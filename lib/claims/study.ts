import { cellsOf } from '../report/cells';
import { deadChannelsAt, isDead, zerosAt } from '../report/lastLayer';
import { spread } from '../report/summary';
import { finalTrainLoss } from '../report/trainingLoss';
import type { RunRecord } from '../results/record';
import { meanAndRange } from './texts';

/** How a network of section 3.3's study fared, by the outcome rule of `lib/report/lastLayer.ts`. */
export type Outcome = 'dead' | 'alive' | 'diverged';

/** The setting in which networks die soonest (residualScaling). */
export const REGIME = { filters: 512, rate: 0.1 } as const;

/** From so many steps on a run counts as long; the others have a hundred, or a few. */
const LONG_STEPS = 1000;

/** What runs of the study are wanted; absent: any. */
export interface StudyChoice {
  readonly filters?: number;
  readonly rate?: number;
  readonly scale?: number;
  /** What the learning rate of the linear convolutions is multiplied by; absent: 1. */
  readonly linearRate?: number;
  /** With Inception-ResNet-A and -B blocks; absent: without. */
  readonly withAllBlocks?: boolean;
  /** At least 1,000 steps; absent: fewer. */
  readonly long?: boolean;
}

/** The runs of the study with some setting, one for each seed of a setting. */
export function studyRuns(
  records: readonly RunRecord[],
  choice: StudyChoice = {},
): readonly RunRecord[] {
  const { filters, rate, scale, linearRate = 1, withAllBlocks = false, long = false } = choice;
  return cellsOf(records.filter(({ run }) => run.config.network.form === 'study'))
    .flatMap((cell) => cell.records)
    .filter((record) => {
      const { network, optimizer } = record.run.config;
      return (
        (filters === undefined || network.filters === filters) &&
        (rate === undefined || optimizer.learningRate === rate) &&
        (scale === undefined || network.residualScale.c === scale) &&
        (optimizer.linearRate ?? 1) === linearRate &&
        network.repeats.a > 0 === withAllBlocks &&
        lastStep(record) >= LONG_STEPS === long &&
        outcomeOf(record) !== undefined
      );
    });
}

/** How a run ended by the outcome rule; undefined when its record is too short to tell. */
export function outcomeOf(record: RunRecord): Outcome | undefined {
  const dead = isDead(record);
  if (dead !== undefined) return dead ? 'dead' : 'alive';
  return record.final?.status === 'diverged' ? 'diverged' : undefined;
}

/** Whether each of some runs is dead. */
export function deadOf(records: readonly RunRecord[]): readonly boolean[] {
  return records.map((record) => outcomeOf(record) === 'dead');
}

/** "3 of 5 dead", and how many diverged. */
export function deadText(records: readonly RunRecord[]): string {
  const number = (wanted: Outcome) =>
    records.filter((record) => outcomeOf(record) === wanted).length;
  const diverged = number('diverged');
  const also = diverged > 0 ? `, ${diverged} diverged` : '';
  return `${number('dead')} of ${records.length} dead${also}`;
}

/** Zeros of the last layer in percent: mean and range. */
export function zerosText(records: readonly RunRecord[]): string {
  return `zeros ${rangeOf(records, zerosAt)}`;
}

/** Dead channels of the last layer in percent: mean and range. */
export function channelsText(records: readonly RunRecord[]): string {
  return `dead channels ${rangeOf(records, deadChannelsAt)}`;
}

/** Training loss of the last steps (FINAL_STEPS of `lib/report/trainingLoss.ts`): mean and range. */
export function lossText(records: readonly RunRecord[]): string {
  const losses = records.flatMap((record) => finalTrainLoss(record) ?? []);
  return losses.length > 0 ? `last training loss ${meanAndRange(losses, 2)}` : 'no finite loss';
}

/** Zeros of the last layer on the mean of the last ten probed steps, in percent. */
export function lastZeros({ probes }: RunRecord): number {
  const shares = probes.slice(-10).flatMap(({ layers }) => layers.slice(-1));
  return 100 * spread(shares.map(({ zeros }) => zeros)).mean;
}

/** Training steps of a run. */
export function lastStep({ final, epochs }: RunRecord): number {
  return final?.step ?? epochs.at(-1)?.step ?? 0;
}

/** The distinct values that runs have of something, ascending. */
export function valuesOf(
  records: readonly RunRecord[],
  valueOf: (config: RunRecord['run']['config']) => number | undefined,
): readonly number[] {
  const values = records.flatMap(({ run }) => valueOf(run.config) ?? []);
  return [...new Set(values)].sort((a, b) => a - b);
}

function rangeOf(
  records: readonly RunRecord[],
  shareOf: (record: RunRecord) => number | undefined,
): string {
  const shares = records.flatMap((record) => shareOf(record) ?? []);
  return shares.length > 0 ? `${meanAndRange(shares, 1)} %` : 'unknown';
}

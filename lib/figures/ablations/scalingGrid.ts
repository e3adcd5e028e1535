import { deadChannelsAt, isDead } from '../../report/lastLayer';
import { distinct, type Spread, spread } from '../../report/summary';
import type { RunRecord } from '../../results/record';
import { plainGroups, type StudyCell, studyCells } from './studyCells';

/** The cells that differ in residual scaling, learning rate and width alone, and the values they have. */
export interface ScalingGrid {
  readonly cells: readonly StudyCell[];
  /** From large to small. */
  readonly scales: readonly number[];
  /** From small to large. */
  readonly rates: readonly number[];
  readonly widths: readonly number[];
}

/** The largest such grid among some records: that with most cells; undefined without two scales in it. */
export function scalingGrid(records: readonly RunRecord[]): ScalingGrid | undefined {
  const apart = ['network.residualScale', 'optimizer.learningRate', 'network.filters'];
  const told = studyCells(records).filter((cell) => deadChannels(cell) !== undefined);
  const groups = [...plainGroups(told, apart)].sort((a, b) => b.length - a.length);
  const [cells = []] = groups;
  const scales = ascending(cells.map(({ scale }) => scale)).reverse();
  return scales.length < 2
    ? undefined
    : {
        ...{ cells, scales },
        rates: ascending(cells.map(({ rate }) => rate)),
        widths: ascending(cells.map(({ filters }) => filters)),
      };
}

/** Dead channels of a cell by the rule, in percent, over its runs; undefined when all are too short. */
export function deadChannels({ records }: StudyCell): Spread | undefined {
  const values = records.map(deadChannelsAt).filter((value) => value !== undefined);
  return values.length > 0 ? spread(values) : undefined;
}

/** Whether every run of a cell is dead by the rule. */
export function isAllDead({ records }: StudyCell): boolean {
  return records.every((record) => isDead(record) === true);
}

function ascending(values: readonly number[]): number[] {
  return distinct(values).sort((a, b) => a - b);
}

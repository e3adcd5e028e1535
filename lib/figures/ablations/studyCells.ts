import { type Cell, cellGroups, cellsOf } from '../../report/cells';
import { count, listed } from '../../report/format';
import { distinct } from '../../report/summary';
import type { ProbeLine, RunRecord } from '../../results/record';

/** Filters of the last grid where a config of the study's network gives none. */
const DEFAULT_FILTERS = 1792;

/** Runs of the network of section 3.3's study that differ in the seed alone, with what sets them apart from others. */
export interface StudyCell extends Cell {
  /** Residual scaling. */
  readonly scale: number;
  /** Learning rate. */
  readonly rate: number;
  /** Width of the last grid. */
  readonly filters: number;
  /** What the learning rate of the linear convolutions before the sums is multiplied by. */
  readonly linearRate: number;
  /** Training steps. */
  readonly steps: number;
}

/** The cells of the study's network among some records. */
export function studyCells(records: readonly RunRecord[]): readonly StudyCell[] {
  const study = records.filter(({ run }) => run.config.network.form === 'study');
  return cellsOf(study).map((cell) => ({
    ...cell,
    scale: cell.config.network.residualScale.c,
    rate: cell.config.optimizer.learningRate,
    filters: cell.config.network.filters ?? DEFAULT_FILTERS,
    linearRate: cell.config.optimizer.linearRate ?? 1,
    steps: Math.max(...cell.records.flatMap(({ probes }) => probes.map(({ step }) => step)), 0),
  }));
}

/** Of the cells without a remedy but scaling, those alike apart from some settings, most runs first. */
export function plainGroups(
  cells: readonly StudyCell[],
  apart: readonly string[],
): readonly (readonly StudyCell[])[] {
  const plain = cells.filter(
    ({ config, linearRate }) =>
      linearRate === 1 && !config.warmUp && !config.gradientClip && !config.network.lastBatchNorm,
  );
  return [...cellGroups(plain, apart)].sort((a, b) => runCount(b) - runCount(a));
}

/** The cells of the setting that most runs share, from the largest scale on, with two scales or more. */
export function byScale(cells: readonly StudyCell[]): readonly StudyCell[] {
  const groups = plainGroups(cells, ['network.residualScale']);
  const [group = []] = groups.filter((candidate) => candidate.length > 1);
  return [...group].sort((a, b) => b.scale - a.scale);
}

/** Whether a network has blocks on its last grid alone, as in the study's first search. */
export function hasOnlyC({ config }: Cell): boolean {
  return config.network.repeats.a + config.network.repeats.b === 0;
}

/** The number of runs of some cells. */
export function runCount(cells: readonly Cell[]): number {
  return cells.reduce((sum, { records }) => sum + records.length, 0);
}

/** "20 runs, 5 seeds for each line (standard scale)." of the cells that are drawn. */
export function runsText(cells: readonly Cell[], each: string, scale: string): string {
  const seeds = distinct(cells.map(({ records }) => records.length)).sort((a, b) => a - b);
  const numbers = seeds.length > 1 ? `${seeds[0]} to ${seeds[seeds.length - 1]}` : String(seeds[0]);
  const plural = seeds.length > 1 || seeds[0] > 1 ? 'seeds' : 'seed';
  const runs = runCount(cells);
  return `${count(runs)} ${runs === 1 ? 'run' : 'runs'}, ${numbers} ${plural} for each ${each} (${scale} scale).`;
}

/** "512 filters in the last grid, learning rate 0.1, 5 C blocks": the setting that all of some cells have. */
export function settingText(cells: readonly StudyCell[]): string {
  const [{ config }] = cells;
  const { a, b, c } = config.network.repeats;
  const blocks = [a, b, c].flatMap((number, stage) =>
    number > 0 ? [`${number} ${'ABC'[stage]} ${number === 1 ? 'block' : 'blocks'}`] : [],
  );
  return [
    ...one(cells, ({ filters }) => `${count(filters)} filters in the last grid`),
    ...one(cells, ({ rate }) => `learning rate ${rate}`),
    listed(blocks),
  ].join(', ');
}

/** The part of the probes of a run that have all blocks, not the last layer alone. */
export function fullProbes({ probes }: RunRecord): readonly ProbeLine[] {
  return probes.filter(({ layers }) => layers.length > 1);
}

/** "A1", "A2", "B1", ...: the residual blocks of a cell's network in order. */
export function blockLabels({ config }: Cell): readonly string[] {
  const { a, b, c } = config.network.repeats;
  return [a, b, c].flatMap((number, stage) =>
    Array.from({ length: number }, (_, index) => `${'ABC'[stage]}${index + 1}`),
  );
}

function one<T>(cells: readonly T[], said: (cell: T) => string): readonly string[] {
  const texts = distinct(cells.map(said));
  return texts.length === 1 ? texts : [];
}

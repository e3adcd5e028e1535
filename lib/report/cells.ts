import { isDeepStrictEqual } from 'node:util';

import type { Config } from '../config';
import { contentHash } from '../contentHash';
import type { RunRecord } from '../results/record';

/** What the runs of a cell share: everything of their configs but the seed and the runtime. */
export type CellConfig = Omit<Config, 'seed' | 'backend'>;

/** Runs that differ in their seed alone. */
export interface Cell {
  readonly config: CellConfig;
  /** One for each seed, by seed. */
  readonly records: readonly RunRecord[];
}

/**
 * Groups the ended runs by their settings, in an order that depends on these alone; of several runs of one seed the newest
 * counts. Runs that died or diverged are results too; stopped ones are not.
 */
export function cellsOf(records: readonly RunRecord[]): readonly Cell[] {
  const groups = new Map<string, RunRecord[]>();
  for (const record of records.filter(hasEnded)) {
    const key = contentHash(cellConfig(record), 64);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  const byKey = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return byKey.map(([, runs]) => ({ config: cellConfig(runs[0]), records: newestOfSeeds(runs) }));
}

/** Whether two settings are alike; `apart` names settings, dotted, in which they may differ. */
export function isAlike(a: CellConfig, b: CellConfig, apart: readonly string[] = []): boolean {
  return isDeepStrictEqual(without(a, apart), without(b, apart));
}

/** Cells whose settings are alike, apart from some, dotted; in a stable order. */
export function cellGroups<T extends Cell>(
  cells: readonly T[],
  apart: readonly string[],
): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const cell of cells) {
    const key = contentHash(without(cell.config, apart), 64);
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** Whether a run has come to an end of its own. */
function hasEnded({ final }: RunRecord): boolean {
  return final !== undefined && final.status !== 'stopped';
}

function cellConfig({ run }: RunRecord): CellConfig {
  return without(run.config, ['seed', 'backend']) as CellConfig;
}

function newestOfSeeds(runs: readonly RunRecord[]): readonly RunRecord[] {
  const oldestFirst = [...runs].sort((a, b) => a.run.startedAt.localeCompare(b.run.startedAt));
  const bySeed = new Map(oldestFirst.map((record) => [record.run.config.seed, record]));
  return [...bySeed.values()].sort((a, b) => a.run.config.seed - b.run.config.seed);
}

/** A copy of a tree of settings without those at some dotted paths, and without absent ones. */
function without(settings: object, apart: readonly string[], prefix = ''): object {
  const kept = Object.entries(settings).filter(
    ([key, value]) => value !== undefined && !apart.includes(prefix + key),
  );
  return Object.fromEntries(
    kept.map(([key, value]: [string, unknown]) => {
      const isTree = typeof value === 'object' && value !== null && !Array.isArray(value);
      return [key, isTree ? without(value, apart, `${prefix}${key}.`) : value];
    }),
  );
}

import { cellsOf } from '../lib/report/cells';
import { percent } from '../lib/report/format';
import { zerosAt } from '../lib/report/lastLayer';
import { spread } from '../lib/report/summary';
import type { RunRecord } from '../lib/results/record';
import { cellTitles } from './cellTitle';
import { EXPERIMENTS } from './run';
import { markdownTable } from './tables';

/** A run of a seed that no experiment plans, beside those of the same setting that are planned. */
interface FreshSeed {
  readonly record: RunRecord;
  readonly others: readonly RunRecord[];
}

/**
 * Runs of the experiments' settings with seeds that no experiment plans: whether each is within the range of the others.
 * Claims count them all, so that a range that one has left is wider for it. Empty where there are none.
 */
export function freshSeedsMarkdown(
  records: Readonly<Partial<Record<string, readonly RunRecord[]>>>,
): string {
  const rows = Object.entries(records).flatMap(([experiment, runs = []]) =>
    rowsOf(experiment, runs),
  );
  return rows.length === 0 ? '' : markdownTable([HEAD, ...rows], HEAD.length);
}

const HEAD = ['experiment and setting', 'measured', 'planned seeds', 'the fresh seed', 'within'];

function rowsOf(experiment: string, records: readonly RunRecord[]): readonly (readonly string[])[] {
  const fresh = freshSeeds(experiment, records);
  const titles = cellTitles(fresh.map(({ record }) => record.run.config));
  return fresh.map((one, index) => [`${experiment}: ${titles[index]}`, ...measuredOf(one)]);
}

function freshSeeds(experiment: string, records: readonly RunRecord[]): readonly FreshSeed[] {
  const planned = EXPERIMENTS.get(experiment)?.('standard', {}) ?? [];
  const seeds = new Set(planned.map(({ seed }) => seed));
  return cellsOf(records).flatMap((cell) => {
    const others = cell.records.filter(({ run }) => seeds.has(run.config.seed));
    const fresh = cell.records.filter(({ run }) => !seeds.has(run.config.seed));
    return others.length > 1 ? fresh.map((record) => ({ record, others })) : [];
  });
}

function measuredOf({ record, others }: FreshSeed): readonly string[] {
  const isStudy = zerosAt(record) !== undefined;
  const valueOf = (one: RunRecord): number => (isStudy ? zerosAt(one) : lastError(one)) ?? NaN;
  const { lowest, highest } = spread(others.map(valueOf));
  const value = valueOf(record);
  return [
    isStudy ? 'zeros by the rule, percent' : 'last top-1 error, percent',
    `${percent(lowest)} to ${percent(highest)} (${others.length} runs)`,
    percent(value),
    value >= lowest && value <= highest ? 'yes' : 'no',
  ];
}

function lastError({ final }: RunRecord): number | undefined {
  return final?.top1Error ?? undefined;
}

import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { duration } from '../lib/report/format';
import type { RecordedOutcome } from '../lib/results/recordedRun';
import type { ListedRun } from '../lib/results/runList';
import { type EpochError, type RunSummary, summarise } from '../lib/results/runSummary';
import { type Table, textTable } from './tables';

/** Recorded runs, one a line. */
export function runsTable(runs: readonly ListedRun[]): string {
  const head = ['run', 'scale', 'status', 'epochs', 'best top-1', 'top-1', 'top-5', 'wall time'];
  const rows = runs.map(({ record, scale, status }) => {
    const { epochs, plannedEpochs, bestTop1, lastTop1, lastTop5, wallSeconds } = summarise(record);
    return [
      ...[record.run.id, scale, status, `${epochs}/${plannedEpochs}`],
      ...[bestTop1, lastTop1, lastTop5].map(percent),
      duration(wallSeconds),
    ];
  });
  return textTable([head, ...rows], 3);
}

/** What the end of `lab train` tells of its run. */
export function summaryText({ record, checkpoint }: RecordedOutcome, file: string): string {
  const summary = summarise(record);
  return textTable(
    [
      ...resultRows(summary),
      ['record', file],
      ...(checkpoint ? [['checkpoint', path.relative('', checkpoint)]] : []),
    ],
    2,
  );
}

/** Two runs side by side: the settings in which they differ, and what came of them. */
export function comparisonText(a: ListedRun, b: ListedRun): string {
  const [left, right] = [a, b].map(({ record }) => resultRows(summarise(record)));
  const results = left.map(([name, value], row) => [name, value, right[row][1]]);
  const settings = differences(a, b);
  return [
    `a: ${a.record.run.id} (${a.scale})`,
    `b: ${b.record.run.id} (${b.scale})`,
    '',
    settings.length > 0
      ? textTable([['setting', 'a', 'b'], ...settings], 3)
      : 'All settings are equal.',
    '',
    textTable([['result', 'a', 'b'], ['status', a.status, b.status], ...results], 3),
  ].join('\n');
}

/** The settings in which two runs differ, and the conditions that are not in a config, each with both values. */
function differences(a: ListedRun, b: ListedRun): Table {
  const [left, right] = [a, b].map(({ record }) => ({
    ...leaves(record.run.config),
    commit: record.run.git.commit,
    'backend version': record.run.backend.version,
    processor: record.run.environment.processor,
    threads: record.run.environment.threads ?? record.run.environment.cores,
  }));
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  const values = keys.map((key) => [key, ...[left, right].map((one) => valueOf(one, key))]);
  return values.filter(([, one, other]) => !isDeepStrictEqual(one, other));
}

function valueOf(values: Readonly<Record<string, unknown>>, key: string): string {
  const value = values[key];
  return value === undefined
    ? '(absent)'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}

function leaves(tree: object, prefix = ''): Readonly<Record<string, unknown>> {
  const entries = Object.entries(tree).map(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? leaves(value, `${prefix}${key}.`)
      : { [prefix + key]: value },
  );
  return Object.assign({}, ...entries) as Readonly<Record<string, unknown>>;
}

function resultRows(summary: RunSummary): readonly (readonly [string, string])[] {
  const { epochs, plannedEpochs, steps, imagesPerSecond, wallSeconds } = summary;
  return [
    ['epochs', `${epochs} of ${plannedEpochs}, ${steps} steps`],
    ['best top-1 error', atEpoch(summary.bestTop1)],
    ['best top-5 error', atEpoch(summary.bestTop5)],
    ['final top-1 error', percent(summary.lastTop1)],
    ['final top-5 error', percent(summary.lastTop5)],
    ['speed', imagesPerSecond === undefined ? '-' : `${Math.round(imagesPerSecond)} images/s`],
    ['wall time', duration(wallSeconds)],
  ];
}

function percent(one: EpochError | undefined): string {
  return one ? `${one.error.toFixed(2)} %` : '-';
}

function atEpoch(one: EpochError | undefined): string {
  return one ? `${percent(one)} (epoch ${one.epoch})` : '-';
}

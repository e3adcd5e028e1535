import { paperNetworks } from '../results/paper';
import type { ErrorTable, ErrorTableNumber } from './errorTables';

/** Tables 2 to 5 in one: top-1 errors by crops, the paper's and those here; the first row is the head. */
export function errorSummary(tables: readonly ErrorTable[]): readonly (readonly string[])[] {
  const head = ['top-1 error in percent', '1 crop, paper', 'here'];
  const singles = paperNetworks.map((network) => [
    network,
    ...([2, 3, 4] as const).flatMap((number) => top1(tables, number, network)),
  ]);
  const ensembles = tables
    .filter(({ number }) => number === 5)
    .flatMap(({ cells }) => cells.slice(1))
    .filter(([, , here]) => here !== '-')
    .map(([name, , models]) => [
      `${name}, ${models} models`,
      ...['-', '-', '-', '-'],
      ...top1(tables, 5, name),
    ]);
  return [
    [...head, '12 crops, paper', 'here', '144 crops, paper', 'here'],
    ...singles,
    ...ensembles,
  ];
}

/** The paper's error and the one here. */
function top1(
  tables: readonly ErrorTable[],
  wanted: ErrorTableNumber,
  name: string,
): readonly string[] {
  const table = tables.find(({ number }) => number === wanted);
  return table?.cells.find(([row]) => row === name)?.slice(3, 5) ?? ['-', '-'];
}

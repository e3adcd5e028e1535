import type { Command } from 'commander';

import { type BenchResult, mergeResults } from '../../lib/bench/benchRecord';
import { type BenchNetwork, type BenchPrecision, PRECISIONS } from '../../lib/bench/work';
import { LabError, UsageError } from '../../lib/errors';
import { readBenchFile, writeBenchFile } from '../../lib/results/benchFile';
import { writeReadmeTable } from '../../lib/results/readmeTable';
import { benchMarkdown } from '../benchMarkdown';
import { BENCH_CASES, type BenchPlan, runBench } from '../benchRun';
import { benchText } from '../benchText';
import { BENCH_NETWORKS } from '../benchWorks';

interface BenchOptions {
  readonly only?: readonly string[];
  readonly precision?: string;
  readonly rounds?: string;
  readonly steps: string;
  readonly seed: string;
  readonly peers?: boolean;
  readonly json?: boolean;
  readonly save?: boolean;
}

/** `lab bench [case...]`: how fast this machine trains and evaluates, and PyTorch and Keras in the same rounds. */
export function addBenchCommand(program: Command): void {
  const bench = program
    .command('bench')
    .argument('[case...]', `${BENCH_CASES.join(', ')}; default: all`)
    .option('--only <networks...>', BENCH_NETWORKS.map(({ name }) => name).join(', '))
    .option('--precision <precision>', `${PRECISIONS.join(' or ')}; default: both`)
    .option('--rounds <n>', 'rounds in which every program has its turn; default: by case')
    .option('--steps <n>', 'compiled steps of the case memory', '500')
    .option('--seed <n>', 'decides the order within the rounds', '1')
    .option('--peers', 'PyTorch and Keras in turn with ours; installs them on first use')
    .option('--save', "put the result into results/bench and the README's table")
    .option('--json', 'machine-readable')
    .description('times a training step and what surrounds it, beside PyTorch and Keras')
    .action(measure);
  bench
    .command('table')
    .description("make the README's table from results/bench again")
    .action(() => writeReadmeTable('bench', benchMarkdown(recorded())));
}

async function measure(cases: string[], options: BenchOptions): Promise<void> {
  const result = await runBench(parsePlan(cases, options));
  if (options.save) {
    const record = mergeResults(readBenchFile() as BenchResult | undefined, result);
    writeBenchFile(record);
    writeReadmeTable('bench', benchMarkdown(record));
  }
  console.log(options.json ? JSON.stringify(result, null, 2) : benchText(result));
}

function recorded(): BenchResult {
  const record = readBenchFile() as BenchResult | undefined;
  if (!record) {
    throw new LabError('There is no record yet: make one with "lab bench --peers --save".');
  }
  return record;
}

function parsePlan(names: readonly string[], options: BenchOptions): BenchPlan {
  const { only, precision, rounds, steps, seed, peers = false } = options;
  const cases = names.map((name) => oneOf('case', name, BENCH_CASES));
  return {
    cases: cases.length === 0 ? BENCH_CASES : cases,
    networks: only && parseNetworks(only),
    precisions: precision === undefined ? PRECISIONS : [parsePrecision(precision)],
    rounds: rounds === undefined ? undefined : parseCount('rounds', rounds),
    steps: parseCount('steps', steps),
    seed: parseCount('seed', seed),
    peers,
  };
}

function parseNetworks(names: readonly string[]): readonly BenchNetwork[] {
  const known = BENCH_NETWORKS.map(({ name }) => name);
  const wanted = names
    .flatMap((name) => name.split(','))
    .map((name) => oneOf('network', name, known));
  return BENCH_NETWORKS.filter(({ name }) => wanted.includes(name));
}

function parsePrecision(name: string): BenchPrecision {
  return oneOf('precision', name, PRECISIONS);
}

function oneOf<T extends string>(what: string, name: string, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === name);
  if (!found) {
    throw new UsageError(`Unknown ${what} "${name}": expected one of ${known.join(', ')}.`);
  }
  return found;
}

function parseCount(option: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) {
    throw new UsageError(`--${option} is "${text}": expected a whole number from 1 to 99999.`);
  }
  return Number(text);
}

import type { Command } from 'commander';

import { selectBackend } from '../../lib/backend/select';
import { type BuildTimes, timeBuilding } from '../../lib/bench/buildCase';
import { type PeerTimes, timeForward } from '../../lib/bench/forwardCase';
import { applicationOf, KerasPeer, type PeerTask } from '../../lib/bench/kerasPeer';
import { peerPython } from '../../lib/bench/peerEnvironment';
import type { Summary } from '../../lib/bench/timings';
import { UsageError } from '../../lib/errors';
import { buildNetwork, NETWORK_NAMES, networkConfig } from '../../lib/models/networks';
import { describeEnvironment } from '../../lib/results/environment';

const CASES = ['build', 'forward'] as const;
type Case = (typeof CASES)[number];

interface BenchOptions {
  readonly network: string;
  readonly size: string;
  readonly batch: string;
  readonly rounds: string;
  readonly peers?: boolean;
  readonly json?: boolean;
}

interface BenchPlan {
  readonly task: PeerTask;
  readonly rounds: number;
  readonly peers: boolean;
}

/** `lab bench [case...]`: how fast this machine builds and runs the networks, and Keras in the same rounds. */
export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .argument('[case...]', `${CASES.join(', ')}; default: all`)
    .option('--network <network>', NETWORK_NAMES.join(', '), 'inception-resnet-v2')
    .option('--size <pixels>', 'height and width of the images', '299')
    .option('--batch <images>', 'images per forward pass', '8')
    .option('--rounds <n>', 'measured passes, after the warm-up', '10')
    .option('--peers', "Keras's predict in turn with our forward pass; fetches Keras on first use")
    .option('--json', 'machine-readable')
    .description('seconds that building the networks and one forward pass in inference take')
    .action(async (names: string[], options: BenchOptions) => {
      const cases = parseCases(names);
      const plan = parsePlan(options);
      const environment = describeEnvironment();
      const build = cases.includes('build') ? await timeBuilding(plan.rounds) : undefined;
      const forward = cases.includes('forward') ? await measureForward(plan) : undefined;
      const result = { environment, build, forward };
      console.log(options.json ? JSON.stringify(result, null, 2) : toText(result));
    });
}

function parseCases(names: readonly string[]): readonly Case[] {
  const unknown = names.find((name) => !CASES.some((known) => known === name));
  if (unknown !== undefined) {
    throw new UsageError(`Unknown case "${unknown}": expected one of ${CASES.join(', ')}.`);
  }
  return names.length === 0 ? CASES : CASES.filter((known) => names.includes(known));
}

function parsePlan({ network, size, batch, rounds, peers = false }: BenchOptions): BenchPlan {
  const { name } = networkConfig(network);
  if (peers) {
    applicationOf(name);
  }
  const task = { network: name, size: parseCount('size', size), batch: parseCount('batch', batch) };
  return { task, rounds: parseCount('rounds', rounds), peers };
}

function parseCount(option: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) {
    throw new UsageError(`--${option} is "${text}": expected a whole number from 1 to 99999.`);
  }
  return Number(text);
}

async function measureForward({ task, rounds, peers }: BenchPlan) {
  const network = buildNetwork({ ...networkConfig(task.network), inputSize: task.size });
  const { name, version } = await selectBackend();
  const peer = peers ? await KerasPeer.start(peerPython(), task) : undefined;
  try {
    const times = await timeForward(network, task.batch, rounds, peer);
    return { ...task, backend: `${name} ${version}`, threads: threads(), ...times };
  } finally {
    peer?.stop();
  }
}

/** TensorFlow's threads, here and in the peer: they read the same environment. */
function threads(): number {
  return Number(process.env.TF_NUM_INTRAOP_THREADS) || describeEnvironment().cores;
}

interface BenchResult {
  readonly environment: ReturnType<typeof describeEnvironment>;
  readonly build?: BuildTimes;
  readonly forward?: Awaited<ReturnType<typeof measureForward>>;
}

function toText({ environment, build, forward }: BenchResult): string {
  const { processor, cores, memoryGiB, platform, node, tfjs, oneDnn } = environment;
  const versions = `Node ${node.slice(1)}, TensorFlow.js ${tfjs}, oneDNN ${oneDnn ? 'on' : 'off'}`;
  return [
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${platform}; ${versions}`,
    ...(build ? buildText(build) : []),
    ...(forward ? forwardText(forward) : []),
  ].join('\n');
}

function buildText({ networks, all, slowest, tensors }: BuildTimes): string[] {
  return [
    `build: ${networks} networks`,
    row('seconds for all', all),
    `  slowest network: ${slowest.toFixed(3)} s, tensors allocated: ${tensors}`,
  ];
}

function forwardText(forward: NonNullable<BenchResult['forward']>): string[] {
  const { network, size, batch, backend, threads, peer } = forward;
  return [
    `forward: ${network}, ${size}x${size}, batch ${batch}; ${backend}, threads: ${threads}`,
    row('seconds', forward.seconds),
    row('CPU seconds', forward.cpuSeconds),
    ...(peer ? peerRows(peer) : []),
    `  activations at a time: ${(forward.peakBytes / 2 ** 20).toFixed(0)} MiB, tensors left behind: ${forward.tensors}`,
  ];
}

function peerRows({ keras, tensorflow, ...times }: PeerTimes): string[] {
  return [
    `  Keras ${keras} on TensorFlow ${tensorflow}, CPU, in turn with ours:`,
    row('seconds', times.seconds),
    row('CPU seconds', times.cpuSeconds),
    '  ours over that of Keras, round by round:',
    row('seconds', times.ratio),
    row('CPU seconds', times.cpuRatio),
  ];
}

function row(name: string, { rounds, min, median, max }: Summary): string {
  const [least, middle, most] = [min, median, max].map((value) => value.toFixed(3));
  return `  ${name.padEnd(16)}  median ${middle}  min ${least}  max ${most}  (${rounds} rounds)`;
}

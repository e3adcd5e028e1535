import { aimOf, RIVALS, WASM_OVER_LAYERS } from './aims';
import { contestantCommand, type ContestantName } from './contestants';
import {
  type Failed,
  interleave,
  type Measured,
  type RoundOptions,
  type Standings,
} from './rounds';
import { summarise, summariseRatios, type Summary } from './timings';
import { type Work } from './work';

/** What one program took for a piece of work. */
export interface ContestantResult {
  readonly name: string;
  readonly parameters: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly stepsPerTurn: number;
  /** Of one step. */
  readonly seconds: Summary;
  readonly cpuSeconds: Summary;
  readonly imagesPerSecond: number;
  readonly readySeconds: number;
  readonly firstStepSeconds: number;
  readonly idleShare: number;
  readonly peakRssMiB: number;
  readonly tensorsLeft?: number;
}

/** How many times as fast one program is as another: the median of the rounds, and the aim. */
export interface Comparison {
  readonly contestant: string;
  readonly over: string;
  readonly ratio: Summary;
  /** The same of the time of all threads, which what else the machine does hardly changes. */
  readonly cpuRatio: Summary;
}

/** A comparison that something was aimed at. */
export interface AimedComparison extends Comparison {
  readonly what: 'default settings' | 'tuned allocator' | 'plain tf.layers';
  readonly aim: number;
  readonly isMet: boolean;
}

/** All about a piece of work. */
export interface WorkResult {
  readonly network: string;
  readonly phase: Work['phase'];
  readonly precision: Work['precision'];
  readonly batch: number;
  readonly contestants: readonly ContestantResult[];
  readonly failed: readonly Failed[];
  /** The share of all cores that other programs had: near 0, or the times say more of them than of these. */
  readonly foreignShare: number;
  /** Ours over every other. */
  readonly ratios: readonly Comparison[];
  readonly aims: readonly AimedComparison[];
}

/** Measures a piece of work; `groups` are contestants that are alive together, each group with ours in it. */
export async function timeWork(
  work: Work,
  groups: readonly (readonly ContestantName[])[],
  python: string | undefined,
  options: RoundOptions,
): Promise<WorkResult> {
  const all: Standings[] = [];
  for (const [index, group] of groups.entries()) {
    const commands = group.map((name) => contestantCommand(name, work, python));
    const onProgress = (share: number, what: string) =>
      options.onProgress((index + share) / groups.length, what);
    all.push(await interleave(commands, { ...options, onProgress }));
  }
  const ratios = all.flatMap(({ measured }) => ratiosOf(measured));
  const seen = new Map(all.flatMap(({ measured }) => measured).map((one) => [one.name, one]));
  const { network, phase, precision } = work;
  return {
    ...{ network: network.name, phase, precision, batch: network.batch },
    contestants: [...seen.values()].map((measured) => resultOf(measured, network.batch)),
    failed: all.flatMap(({ failed }) => failed),
    foreignShare: Math.max(...all.map(({ foreignShare }) => foreignShare)),
    ratios,
    aims: aimedComparisons(work, ratios),
  };
}

const OURS: ContestantName = 'lab';

/** Ours over every other of a group, and WebAssembly over plain tf.layers. */
function ratiosOf(group: readonly Measured[]): readonly Comparison[] {
  const pairs: [string, string][] = [
    ...group.map(({ name }): [string, string] => [OURS, name]),
    ['lab-wasm' satisfies ContestantName, 'tf-layers' satisfies ContestantName],
  ];
  return pairs.flatMap(([contestant, over]) => {
    const [ours, other] = [contestant, over].map((name) => group.find((one) => one.name === name));
    if (!ours || !other || ours === other) {
      return [];
    }
    // Images a second: the other's seconds over ours.
    const ratio = summariseRatios(other.seconds, ours.seconds);
    const cpuRatio = summariseRatios(other.cpuSeconds, ours.cpuSeconds);
    return [{ contestant, over, ratio, cpuRatio }];
  });
}

/**
 * The comparisons that have an aim: with whichever of the rivals is the faster, which is the smallest ratio. Where one of
 * them was not measured, nobody knows which is the faster, and there is no comparison.
 */
export function aimedComparisons(
  work: Work,
  ratios: readonly Comparison[],
): readonly AimedComparison[] {
  const aim = aimOf(work);
  const among = (names: readonly string[], contestant: string) =>
    names.map((name) => ratios.find((one) => one.contestant === contestant && one.over === name));
  return [
    ...hardest('default settings', among(RIVALS.overDefault, OURS), aim?.overDefault),
    ...hardest('tuned allocator', among(RIVALS.overTuned, OURS), aim?.overTuned),
    ...hardest('plain tf.layers', among(['tf-layers'], 'lab-wasm'), WASM_OVER_LAYERS),
  ];
}

function hardest(
  what: AimedComparison['what'],
  ratios: readonly (Comparison | undefined)[],
  aim: number | undefined,
): readonly AimedComparison[] {
  const known = ratios.filter((ratio) => ratio !== undefined);
  if (aim === undefined || known.length < ratios.length) {
    return [];
  }
  const least = known.reduce((a, b) => (b.ratio.median < a.ratio.median ? b : a));
  return [{ ...least, what, aim, isMet: least.ratio.median >= aim }];
}

function resultOf(measured: Measured, batch: number): ContestantResult {
  const { name, facts, stepsPerTurn, readySeconds, firstStepSeconds, idleShare } = measured;
  const seconds = summarise(measured.seconds);
  return {
    ...{ name, ...facts, stepsPerTurn },
    seconds,
    cpuSeconds: summarise(measured.cpuSeconds),
    imagesPerSecond: batch / seconds.median,
    ...{ readySeconds, firstStepSeconds, idleShare },
    peakRssMiB: Math.round(measured.memory.peakRss / 2 ** 20),
    tensorsLeft: measured.tensorsLeft,
  };
}

import { benchConditions, type BenchResult, provenance } from '../lib/bench/benchRecord';
import { timeBuilding } from '../lib/bench/buildCase';
import { timeCompiling } from '../lib/bench/compileCase';
import { timeImages } from '../lib/bench/imagesCase';
import { timeInput } from '../lib/bench/inputCase';
import { followMemory } from '../lib/bench/memoryCase';
import { peerPython } from '../lib/bench/peerEnvironment';
import { timeStarts } from '../lib/bench/startCase';
import type { BenchNetwork, BenchPrecision, Phase, Work } from '../lib/bench/work';
import { timeWork } from '../lib/bench/workCase';
import { BENCH_NETWORKS, contestantsOf, IMAGES, networksOf, roundsOf, worksOf } from './benchWorks';
import { shareDisplay } from './shareDisplay';

/** What can be measured. */
export const BENCH_CASES = [
  'build',
  'startup',
  'compile',
  'input',
  'images',
  'memory',
  'training',
  'evaluation',
] as const;
export type BenchCase = (typeof BENCH_CASES)[number];

/** What is to be measured, and how long. */
export interface BenchPlan {
  readonly cases: readonly BenchCase[];
  /** Absent: those that each case is about. */
  readonly networks?: readonly BenchNetwork[];
  readonly precisions: readonly BenchPrecision[];
  /** Absent: each case has its own number. */
  readonly rounds?: number;
  /** Of the case memory. */
  readonly steps: number;
  readonly seed: number;
  readonly peers: boolean;
}

const ROUNDS = { build: 10, startup: 5, compile: 2, input: 10, images: 5 } as const;

/** Steps of a turn: long enough to reach the speed of a training, short enough that a slow minute hits all alike. */
const TURN_SECONDS = 0.8;

/** Measures case after case and tells on stderr what it does. */
export async function runBench(plan: BenchPlan): Promise<BenchResult> {
  const python = plan.peers ? peerPython() : undefined;
  const display = shareDisplay('bench');
  const works = worksOfPlan(plan);
  const parts = plan.cases.filter((name) => name !== 'training' && name !== 'evaluation');
  const total = parts.length + works.length;
  try {
    let result: BenchResult = benchConditions();
    for (const [done, name] of parts.entries()) {
      const tell = (what: string) => display.update(done / total, `${name}: ${what}`);
      tell('starts');
      result = {
        ...result,
        [name]: { ...(await measureCase(name, plan, python, tell)), ...provenance() },
      };
    }
    if (works.length > 0) {
      const tell = (done: number, what: string) =>
        display.update((parts.length + done) / total, what);
      result = { ...result, works: await measureWorks(works, plan, python, tell) };
    }
    return result;
  } finally {
    display.stop();
  }
}

type Tell = (what: string) => void;

async function measureCase(
  name: Exclude<BenchCase, Phase>,
  plan: BenchPlan,
  python: string | undefined,
  tell: Tell,
) {
  const rounds = plan.rounds ?? (name === 'memory' ? 1 : ROUNDS[name]);
  switch (name) {
    case 'build':
      return timeBuilding(rounds);
    case 'startup':
      return { programs: await timeStarts(rounds, python) };
    case 'compile':
      return { networks: await compileAll(plan, rounds, tell) };
    case 'input':
      return timeInput(rounds);
    case 'images':
      tell(`${IMAGES.network.name} on ${IMAGES.images} images a round`);
      return timeImages({ ...IMAGES, rounds });
    case 'memory': {
      const { name: network } = (plan.networks ?? BENCH_NETWORKS)[0];
      tell(`${plan.steps} steps of ${network}`);
      return followMemory((plan.networks ?? BENCH_NETWORKS)[0], plan.steps);
    }
  }
}

async function compileAll({ networks }: BenchPlan, rounds: number, tell: Tell) {
  const all = [];
  for (const network of networksOf('compile', networks)) {
    tell(network.name);
    all.push(await timeCompiling(network, rounds));
  }
  return all;
}

function worksOfPlan({ cases, networks, precisions }: BenchPlan): readonly Work[] {
  const phases = (['training', 'evaluation'] as const).filter((phase) => cases.includes(phase));
  return phases
    .flatMap((phase) => networksOf(phase, networks).flatMap((network) => worksOf(network, phase)))
    .filter(({ precision }) => precisions.includes(precision));
}

async function measureWorks(
  works: readonly Work[],
  plan: BenchPlan,
  python: string | undefined,
  tell: (done: number, what: string) => void,
) {
  const results = [];
  for (const [done, work] of works.entries()) {
    const title = `${work.phase} ${work.network.name} ${work.precision}`;
    const rounds = plan.rounds ?? roundsOf(work);
    const onProgress = (share: number, what: string) => tell(done + share, `${title}: ${what}`);
    const options = { rounds, turnSeconds: TURN_SECONDS, seed: plan.seed, onProgress };
    const result = await timeWork(work, contestantsOf(work, plan.peers), python, options);
    results.push({ ...result, ...provenance() });
  }
  return results;
}

import type { BenchResult } from '../lib/bench/benchRecord';
import type { AimedComparison, WorkResult } from '../lib/bench/workCase';
import { duration } from './benchText';
import { BENCH_NETWORKS } from './benchWorks';
import { markdownTable } from './tables';

/** The table of the README: seconds of a step by program, ratios beside their aims, and the conditions; empty without a record. */
export function benchMarkdown(record: BenchResult | undefined): string {
  if (!record) {
    return '';
  }
  const works = inOrder(record.works ?? []);
  return [markdownTable([HEAD, ...works.map(workRow)]), conditions(record, works)].join('\n\n');
}

const COLUMNS = ['lab', 'keras', 'torch', 'torch-tuned'] as const;
const HEAD = [
  'a step of',
  ...['here', 'Keras', 'PyTorch', 'PyTorch, tuned'],
  'over the faster (aim)',
  'tuned (aim)',
];

function inOrder(works: BenchResult['works'] & object): readonly WorkResult[] {
  const place = ({ network }: WorkResult) =>
    BENCH_NETWORKS.findIndex(({ name }) => name === network);
  const phases = ['training', 'evaluation'];
  return [...works].sort(
    (a, b) => phases.indexOf(a.phase) - phases.indexOf(b.phase) || place(a) - place(b),
  );
}

function workRow({ network, phase, precision, contestants, aims }: WorkResult): readonly string[] {
  const step = (name: string) => {
    const seconds = contestants.find((one) => one.name === name)?.seconds.median;
    return seconds === undefined ? '' : duration(seconds);
  };
  const aimed = (what: AimedComparison['what']) => {
    const found = aims.find((aim) => aim.what === what);
    return found ? `${found.ratio.median.toFixed(2)} (${found.aim})` : '';
  };
  const title = `${network}, ${phase}, ${precision}`;
  return [title, ...COLUMNS.map(step), aimed('default settings'), aimed('tuned allocator')];
}

/** Processor, versions, rounds, allocator: without them the numbers say nothing. */
function conditions(record: BenchResult, works: readonly WorkResult[]): string {
  const { processor, cores, memoryGiB } = record.environment;
  const rounds = unique(works.flatMap((work) => work.contestants.map((one) => one.seconds.rounds)));
  const tuned = assignments(record.tunedAllocator);
  const set = assignments(record.variables);
  const busiest = Math.max(0, ...works.map(({ foreignShare }) => foreignShare));
  return [
    `Medians of ${rounds.join(' or ')} rounds in which every program has a turn, in random order; ratios (images a`,
    'second of ours over theirs) are medians of the rounds; "the faster" is the faster of Keras and PyTorch.',
    `${processor}, ${cores} cores, ${memoryGiB} GiB; ${versionsText(works)}.`,
    `Threads and allocator: ${set || 'nothing set'}; "tuned" is \`${tuned}\`.`,
    `Other programs had at most ${Math.round(100 * busiest)} % of the cores.`,
    ...wasmText(works),
    ...imagesText(record),
  ].join('\n');
}

function versionsText(works: readonly WorkResult[]): string {
  const all = works.flatMap(({ contestants }) => contestants.map(({ versions }) => versions));
  const texts = all.flatMap((versions) =>
    Object.entries(versions).map(([name, version]) => `${name} ${version}`),
  );
  return unique(texts).join(', ');
}

function wasmText(works: readonly WorkResult[]): readonly string[] {
  const aims = works.flatMap(({ aims }) => aims);
  const wasm = aims.find(({ what }) => what === 'plain tf.layers');
  if (!wasm) return [];
  const { ratio, aim } = wasm;
  return [
    `WebAssembly over plain tf.layers on TensorFlow, block stack: ${ratio.median.toFixed(2)} (aim ${aim}).`,
  ];
}

function imagesText({ images }: BenchResult): readonly string[] {
  if (!images) return [];
  const { network, inputSize, width, height, preparationOverNetwork, memory } = images;
  return [
    `JPEG files of ${width}x${height} are decoded and cut for ${inputSize} pixels ${preparationOverNetwork.median.toFixed(0)} times as fast as ${network} takes them;`,
    `its evaluation takes ${memory.singleCropMiB} MiB at most with 1 crop and ${memory.manyCropsMiB} MiB with 144.`,
  ];
}

function assignments(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

import type { BenchResult } from '../lib/bench/benchRecord';
import { CONTESTANT_TITLES, type ContestantName } from '../lib/bench/contestants';
import type { Summary } from '../lib/bench/timings';
import type { WorkResult } from '../lib/bench/workCase';

/** What was measured, in words and columns. */
export function benchText(result: BenchResult): string {
  const { processor, cores, memoryGiB, platform, node, tfjs, oneDnn } = result.environment;
  const versions = `Node ${node.slice(1)}, TensorFlow.js ${tfjs}, oneDNN ${oneDnn ? 'on' : 'off'}`;
  const set = Object.entries(result.variables).map(([name, value]) => `${name}=${value}`);
  return [
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${platform}; ${versions}`,
    `threads and allocator: ${set.length > 0 ? set.join(' ') : 'nothing set'}`,
    ...buildText(result),
    ...startText(result),
    ...compileText(result),
    ...inputText(result),
    ...imagesText(result),
    ...memoryText(result),
    ...(result.works ?? []).flatMap(workText),
  ].join('\n');
}

/** What a contestant is, for a reader. */
export function titleOf(name: string): string {
  return name in CONTESTANT_TITLES ? CONTESTANT_TITLES[name as ContestantName] : name;
}

/** A share of a step in milliseconds, or seconds where it takes long. */
export function duration(seconds: number): string {
  return seconds < 1 ? `${(1000 * seconds).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}

function buildText({ build }: BenchResult): string[] {
  if (!build) return [];
  const { networks, all, slowest, tensors } = build;
  return [
    `build: ${networks} networks`,
    row('all of them', all),
    `  slowest network: ${slowest.toFixed(3)} s, tensors allocated: ${tensors}`,
  ];
}

function startText({ startup }: BenchResult): string[] {
  if (!startup) return [];
  return [
    'startup: a fresh process, to its first sum',
    ...startup.programs.map(({ name, seconds }) => row(titleOf(name), seconds)),
  ];
}

function compileText({ compile }: BenchResult): string[] {
  if (!compile) return [];
  return [
    'compile: a fresh process, to its first compiled training step',
    ...compile.networks.flatMap(({ network, ready, firstStep, total, peakRssMiB }) => [
      row(network, total),
      `    ready after ${duration(ready.median)}, first step ${duration(firstStep.median)}, peak ${peakRssMiB} MiB`,
    ]),
  ];
}

function inputText({ input }: BenchResult): string[] {
  if (!input) return [];
  const { imageSize, batch, seconds, imagesPerSecond } = input;
  return [
    `input: ${imageSize}x${imageSize}, augmented, ${Math.round(imagesPerSecond)} images/s`,
    row(`a batch of ${batch}`, seconds),
  ];
}

function imagesText({ images }: BenchResult): string[] {
  if (!images) return [];
  const { network, inputSize, width, height, meanBytes, threads, batch, seconds, memory } = images;
  const kilobytes = Math.round(meanBytes / 1000);
  return [
    `images: JPEG files of ${width}x${height}, ${kilobytes} KB; ${network} at ${inputSize}, batch ${batch}, 1 crop, ${threads} threads`,
    row('preparing an image', seconds.preparation),
    row('an image in the network', seconds.network),
    row('both at the same time', seconds.evaluation),
    row('of that, waiting for images', seconds.waiting),
    `  images are prepared ${images.preparationOverNetwork.median.toFixed(1)} times as fast as the network takes them; by CPU time ${images.cpuRatio.median.toFixed(1)}`,
    ...foreignText(images),
    `  peak ${memory.singleCropMiB} MiB with 1 crop, ${memory.manyCropsMiB} MiB with 144: ${memory.ratio.toFixed(2)}, aim less than ${memory.aim}: ${memory.isMet ? 'met' : 'MISSED'}`,
  ];
}

function memoryText({ memory }: BenchResult): string[] {
  if (!memory) return [];
  return [
    `memory: compiled training of ${memory.network}`,
    ...memory.samples.map(
      ({ steps, rssMiB, tensors }) =>
        `  after ${String(steps).padStart(5)} steps  ${rssMiB} MiB resident, ${tensors} tensors`,
    ),
  ];
}

function row(name: string, { rounds, min, median, max }: Summary): string {
  const [least, middle, most] = [min, median, max].map(duration);
  return `  ${name.padEnd(32)}  median ${middle}  min ${least}  max ${most}  (${rounds} rounds)`;
}

const HEAD = [
  '',
  'a step',
  'min',
  'images/s',
  'ours is',
  'CPU',
  'ours is',
  'first step',
  'peak MiB',
];
const WIDTHS = [32, 11, 11, 9, 9, 11, 9, 11, 9];

function workText(work: WorkResult): string[] {
  const { network, phase, precision, batch, contestants, failed, ratios, aims } = work;
  const [{ parameters, seconds }] = contestants.length > 0 ? contestants : [NOBODY];
  const rows = contestants.map((one) => {
    const ratio = ratios.find(({ contestant, over }) => contestant === 'lab' && over === one.name);
    return [
      titleOf(one.name),
      ...[one.seconds.median, one.seconds.min].map(duration),
      one.imagesPerSecond.toFixed(1),
      ratio ? `${ratio.ratio.median.toFixed(2)}x` : '',
      duration(one.cpuSeconds.median),
      ratio ? `${ratio.cpuRatio.median.toFixed(2)}x` : '',
      duration(one.firstStepSeconds),
      String(one.peakRssMiB),
    ];
  });
  return [
    `${phase}: ${network}, ${precision}, batch ${batch}; ${parameters.toLocaleString('en')} parameters, ${seconds.rounds} rounds`,
    ...[HEAD, ...rows].map(columns),
    ...foreignText(work),
    ...failed.map(({ name, failed: why }) => `  ${titleOf(name)}: not measured: ${why}`),
    ...aims.map(
      ({ contestant, over, what, ratio, aim, isMet }) =>
        `  ${titleOf(contestant)} over ${titleOf(over)} (${what}): ${ratio.median.toFixed(2)}, aim ${aim}: ${isMet ? 'met' : 'MISSED'}`,
    ),
  ];
}

/** Other programs make PyTorch, whose threads spin, slower than any of the others. */
function foreignText({ foreignShare }: { readonly foreignShare: number }): readonly string[] {
  const percent = Math.round(100 * foreignShare);
  return [
    `  other programs had ${percent} % of the cores${percent > MOST_FOREIGN_PERCENT ? ': too much, measure again on a quiet machine' : ''}`,
  ];
}

const MOST_FOREIGN_PERCENT = 5;

const NOBODY = { parameters: 0, seconds: { rounds: 0 } };

function columns(cells: readonly string[]): string {
  const padded = cells.map((cell, i) =>
    i === 0 ? cell.padEnd(WIDTHS[i]) : cell.padStart(WIDTHS[i]),
  );
  return `  ${padded.join('')}`.trimEnd();
}

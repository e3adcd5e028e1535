import type { AblationRecords } from '../../lib/figures/ablations/ablation';
import type { RunRecord } from '../../lib/results/record';
import { evaluation } from '../report/madeEvaluations';
import { type StudyRun, studyRun } from '../report/studyRecords';

const SCALES = [1, 0.3, 0.2, 0.1];
const RATES = [0.01, 0.02, 0.045, 0.1, 0.2];
const WIDTHS = [256, 512, 1024, 1792, 2144];

/** A share from 0 to 1 that grows with scale and rate, and a little with width and seed. */
function share({ scale = 1, rate = 0.1, filters = 512, seed = 3 }: StudyRun): number {
  const force = 12 * rate * scale + 0.1 * Math.log2(filters / 256) + 0.01 * (seed - 3);
  return Math.min(1, Math.max(0, 1 - Math.exp(-1.5 * force)));
}

/** A run whose zeros rise within ten steps to 40 % and a part of the rest, and whose deeper blocks die first. */
export function madeRun(made: StudyRun): RunRecord {
  const dead = share(made);
  const zeros = 0.4 + 0.6 * dead ** 0.3;
  return studyRun({
    zeros: (step) => zeros * (1 - Math.exp(-step / 4)),
    dead: () => dead,
    deadOfBlock: (block) => dead ** (5 - block),
    ratioOfBlock: (block, step) => ((made.scale ?? 1) * (block + 1)) / (1 + step / 50),
    loss: (step) => 2 + 30 * Math.exp(-((step - 5) ** 2) / 10) - 0.5 * (1 - dead),
    ...made,
  });
}

const grid = SCALES.flatMap((scale) =>
  RATES.flatMap((rate) =>
    WIDTHS.flatMap((filters) => [3, 4].map((seed) => madeRun({ scale, rate, filters, seed }))),
  ),
);

const regime = SCALES.flatMap((scale) => [5, 6, 7].map((seed) => madeRun({ scale, seed })));

const withAAndB = [1, 0.1].flatMap((scale) =>
  [3, 4].map((seed) =>
    madeRun({
      scale,
      seed,
      repeats: { a: 2, b: 2, c: 5 },
      deadOfBlock: (block) => (scale * block) / 9,
    }),
  ),
);

const long = [1, 0.1].flatMap((scale) =>
  [3, 4].map((seed) => madeRun({ scale, seed, steps: 1250 })),
);

const linear = [
  ...[3, 4].map((seed) =>
    madeRun({ scale: 1, seed, rate: 0.1, optimizer: { linearRate: 0.01 }, zeros: () => 0.5 }),
  ),
  ...[3, 4].map((seed) =>
    madeRun({ scale: 0.1, seed, optimizer: { linearRate: 100 }, zeros: () => 0.995 }),
  ),
];

const warmUp = (learningRate: number, length: object): StudyRun['settings'] => ({
  warmUp: { kind: 'constant', learningRate, ...length },
});

/** The arms of `warmUp` for one width and learning rate. */
function remedyArms(filters: number, rate: number, seeds: readonly number[]): readonly RunRecord[] {
  const arms: readonly StudyRun[] = [
    { finalLoss: 2.2 },
    { settings: warmUp(0.00001, { steps: 100 }) },
    { settings: warmUp(rate / 100, { steps: 100 }) },
    {
      settings: warmUp(0.01, { untilError: 80 }),
      rateOfStep: (step) => (step <= 69 ? 0.01 : rate),
    },
    { rate: 0.01 },
    { network: { lastBatchNorm: true }, dead: () => 0.01, loss: () => 3.5 },
    { settings: { gradientClip: 2 } },
    { scale: 0.1 },
  ];
  return arms.flatMap((arm) =>
    seeds.map((seed) => madeRun({ experiment: 'warmUp', filters, rate, steps: 400, seed, ...arm })),
  );
}

const optimizerArms: readonly StudyRun[] = [
  {},
  { optimizer: { epsilon: 0.001 } },
  { optimizer: { epsilon: 0.001 }, rate: 0.0045 },
  { optimizer: { name: 'momentum' } },
  { settings: { schedule: 'constant' } },
  { optimizer: { decayEpochs: 0.1 } },
  { settings: { schedule: 'cosine' } },
];

/** Runs of `optimizers` with errors that fall from epoch to epoch, more slowly from arm to arm. */
const optimizerRuns = optimizerArms.flatMap((arm, place) =>
  [0, 1, 2].map((seed): RunRecord => {
    const made = { ...arm, settings: { schedule: 'exponential' as const, ...arm.settings } };
    const record = studyRun({ rate: 0.045, experiment: 'optimizers', steps: 400, ...made, seed });
    const epochs = record.epochs.map((line) => ({
      ...line,
      top1Error: 40 + 3 * place + seed + 40 / line.epoch,
      rawTop1Error: 45 + 2 * place + seed + 30 / line.epoch,
    }));
    return { ...record, epochs };
  }),
);

const evaluations = (
  ['inception-v3', 'inception-resnet-v1', 'inception-v4', 'inception-resnet-v2'] as const
).flatMap((network, place) =>
  ([1, 12, 144] as const).flatMap((crops, index) =>
    ['0', '1'].map((weights) =>
      evaluation({
        networks: [network],
        crops,
        weights: `${weights}`,
        images: 5000,
        misses: [2000 + 100 * place + 200 * index, 300],
      }),
    ),
  ),
);

/** What is recorded of every experiment, made up: the plans of the standard scale. */
export const madeAblations: Readonly<Record<string, AblationRecords>> = {
  residualScaling: {
    scale: 'standard',
    runs: [...grid, ...regime, ...withAAndB, ...long, ...linear],
    evaluations: [],
  },
  warmUp: {
    scale: 'standard',
    runs: [...remedyArms(512, 0.1, [3, 4, 5, 6, 7]), ...remedyArms(1792, 0.045, [3, 4, 5])],
    evaluations: [],
  },
  optimizers: { scale: 'standard', runs: optimizerRuns, evaluations: [] },
  crops: { scale: 'standard', runs: [], evaluations },
};

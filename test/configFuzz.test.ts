import { readFileSync } from 'node:fs';
import os from 'node:os';

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../lib/backend/select';
import { nodeBackend } from '../lib/backend/tensorflow/nodeBackend';
import { type Config, defaultConfig, overrideConfig } from '../lib/config';
import type { Batch } from '../lib/data/batches';
import { syntheticDataset } from '../lib/data/synthetic';
import { LabError, UsageError } from '../lib/errors';
import { buildNetwork } from '../lib/models/networks';
import { TrainingState } from '../lib/training/step';
import { trainingImages } from '../lib/training/trainingImages';
import { GIVEN, type Given, SETTINGS } from './configCases';

const dataset = syntheticDataset();

/** A config of which everything that is not given is right, and small. */
const BASE = overrideConfig(defaultConfig('inception-resnet-v1'), {
  ...{ 'data.name': 'synthetic', 'data.trainImages': 64, 'data.testImages': 8, batchSize: 2 },
  ...{ 'network.width': 0.05, 'network.repeats': { a: 1, b: 1, c: 1 }, execution: 'eager' },
});

let backend: string;
let hasBfloat16: boolean;
beforeAll(async () => {
  backend = (await selectBackend()).name;
  hasBfloat16 =
    backend === 'tensorflow' && (nodeBackend().isUsingGpuDevice || processorHas('bf16'));
});

function processorHas(flag: string): boolean {
  return os.platform() === 'linux' && readFileSync('/proc/cpuinfo', 'utf8').includes(flag);
}

/** The settings that do not go together with others, or with the data, though each is right by itself. */
function clashes({
  network,
  data,
  batchSize,
  accumulation = 1,
  execution,
  precision,
}: Config): string[] {
  // The windows of the other forms want 75 pixels and more; the images have 32.
  const { trainImages = 512, testImages = 128 } = data;
  const fits = network.form === 'small';
  const eager = execution === 'eager' || backend === 'wasm';
  const found: readonly (readonly [boolean, string])[] = [
    [!fits || network.inputSize !== 32, 'network.inputSize'],
    [network.classes !== 10, 'network.classes'],
    [batchSize * accumulation > trainImages, 'batchSize'],
    [trainImages > 512, 'data.trainImages'],
    [testImages > 128, 'data.testImages'],
    [execution === 'compiled' && backend === 'wasm', 'execution'],
    [precision === 'bfloat16' && (eager || !hasBfloat16), 'precision'],
  ];
  return found.filter(([isClash]) => isClash).map(([, key]) => key);
}

/** Runs something that may refuse; a refusal must be one for people and name one of the keys. */
function refusalOf(work: () => void, keys: readonly string[]): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    expect(error instanceof UsageError || error instanceof LabError, String(error)).toBe(true);
    const { message } = error as Error;
    expect(
      keys.some((key) => message.includes(key)),
      `${message} should name one of ${keys.join(', ')}`,
    ).toBe(true);
    return message;
  }
}

/** What happens before the first step, and the first step itself, where it is asked for. */
function begin(config: Config, extent: 'network' | 'state' | 'step'): void {
  const images = trainingImages(config, dataset);
  const network = buildNetwork(config.network);
  if (extent === 'network') return;
  const state = new TrainingState(network, config, config);
  try {
    if (extent === 'step') firstStep(config, state, images);
  } finally {
    state.dispose();
  }
}

function firstStep(
  { accumulation = 1, optimizer }: Config,
  state: TrainingState,
  images: ReturnType<typeof trainingImages>,
): void {
  // Images in memory come at once.
  const stream = images.trainBatches(0, 0) as Generator<Batch>;
  const batches = [...stream].slice(0, accumulation);
  const { loss } = state.step(batches, { learningRate: optimizer.learningRate, probe: true });
  expect(loss).toBeTypeOf('number');
}

/** The forms beside the small and the published one that are drawn in the paper. */
const PAPER_FORMS: Readonly<Record<string, readonly string[]>> = {
  'inception-resnet-v1': ['paper'],
  'inception-resnet-v2': ['paper', 'paper-r2', 'paper-10-20-10', 'paper-r2-10-20-10'],
};

/** Whether a form is asked for that the network does not have. */
function lacksForm(given: readonly Given[]): boolean {
  const wordOf = (key: string, otherwise: string): string => {
    const value = given.find((one) => one.key === key && one.isRight)?.value;
    return typeof value === 'string' ? value : otherwise;
  };
  const forms = PAPER_FORMS[wordOf('network.name', BASE.network.name)] ?? [];
  return !['small', 'published', ...forms].includes(wordOf('network.form', 'small'));
}

function configOf(given: readonly Given[]): Config {
  return overrideConfig(BASE, Object.fromEntries(given.map(({ key, value }) => [key, value])));
}

const CASES = 2000;

/** Weights take time, steps take more of it: not every case gets so far. */
function extentOf(index: number): 'network' | 'state' | 'step' {
  return index % 25 === 0 ? 'step' : index % 5 === 0 ? 'state' : 'network';
}

describe('configs of all kinds', () => {
  it('are refused by the name of what is wrong, or begin to train', () => {
    const seen = { wrong: 0, clash: 0, accepted: 0 };
    fc.assert(
      fc.property(GIVEN, (given) => {
        const wrong = [
          ...given.filter(({ isRight }) => !isRight).map(({ key }) => key),
          ...(lacksForm(given) ? ['network.form'] : []),
        ];
        let config: Config | undefined;
        refusalOf(() => (config = configOf(given)), wrong);
        expect(config !== undefined, 'accepted').toBe(wrong.length === 0);
        if (!config) {
          seen.wrong += 1;
          return;
        }
        const accepted = config;
        const keys = clashes(accepted);
        const extent = keys.length > 0 ? 'state' : extentOf(seen.accepted);
        const refusal = refusalOf(() => begin(accepted, extent), keys);
        expect(refusal !== undefined, `refused because of ${keys.join()}`).toBe(keys.length > 0);
        seen[refusal === undefined ? 'accepted' : 'clash'] += 1;
      }),
      { numRuns: CASES, seed: Number(process.env.LAB_FUZZ_SEED ?? 5) },
    );
    // Cases of all kinds, or nothing was shown.
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(CASES / 20);
  });

  it('have every setting among them', () => {
    const leaves = (tree: object, prefix = ''): string[] =>
      Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
        typeof value === 'object' && value !== null
          ? leaves(value, `${prefix}${key}.`)
          : [prefix + key],
      );
    const known = SETTINGS.map(({ key }) => key);
    for (const leaf of leaves(defaultConfig('inception-v3'))) {
      expect(
        known.some((key) => leaf === key || leaf.startsWith(`${key}.`)),
        leaf,
      ).toBe(true);
    }
  });
});

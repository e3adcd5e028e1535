import type { Config } from '../../lib/config';
import { defaultConfig } from '../../lib/config';
import type { LayerStability, ProbeLine, RunRecord, RunStatus } from '../../lib/results/record';

/** A number by training step, of which the first is 1. */
type ByStep = (step: number) => number;

/** What a made-up run of section 3.3's study is told; shares are 0 to 1. */
export interface StudyRun {
  readonly experiment?: string;
  readonly scale?: number;
  readonly rate?: number;
  readonly filters?: number;
  readonly repeats?: Config['network']['repeats'];
  readonly seed?: number;
  readonly steps?: number;
  /** Last layer. */
  readonly zeros?: ByStep;
  readonly dead?: ByStep;
  /** Dead channels and residual-to-trunk ratio of a block, counted from 0. */
  readonly deadOfBlock?: (block: number) => number;
  readonly ratioOfBlock?: (block: number, step: number) => number;
  readonly loss?: ByStep;
  /** The learning rate of a step; the optimizer's unless told otherwise. */
  readonly rateOfStep?: ByStep;
  readonly finalLoss?: number;
  readonly status?: RunStatus;
  readonly startedAt?: string;
  readonly settings?: Partial<Omit<Config, 'network' | 'optimizer'>>;
  readonly network?: Partial<Config['network']>;
  readonly optimizer?: Partial<Config['optimizer']>;
}

const STEPS_PER_EPOCH = 50;

/** The record of such a run: the last layer at every step, all blocks at step 1 and every 20. */
export function studyRun(made: StudyRun): RunRecord {
  const { experiment = 'residualScaling', steps = 100, seed = 3, status = 'done' } = made;
  const config = studyConfig(made);
  const probes = Array.from({ length: steps }, (_, index) => probe(made, config, index + 1));
  const finalLoss = made.finalLoss ?? 2;
  const epochs = Array.from({ length: steps / STEPS_PER_EPOCH }, (_, index) => ({
    ...{ type: 'epoch' as const, epoch: index + 1, step: (index + 1) * STEPS_PER_EPOCH },
    ...{ learningRate: config.optimizer.learningRate, trainLoss: finalLoss, trainTop1Error: 80 },
    ...{ testLoss: 2, top1Error: 75, top5Error: 25, rawTop1Error: 70, rawTop5Error: 20 },
    seconds: { train: 10, input: 0.1, evaluate: 2 },
  }));
  return {
    run: {
      ...{ type: 'run', schema: 2, experiment, config },
      id: `${experiment}-s${seed}-${made.scale ?? 1}-${made.rate ?? 0.1}-${made.filters ?? 512}`,
      startedAt: made.startedAt ?? '2026-01-02T03:04:05.000Z',
      git: { commit: 'a'.repeat(40), dirty: false },
      environment: {
        ...{ node: 'v22.0.0', tfjs: '4.22.0', platform: 'linux x64', processor: 'Test CPU' },
        ...{ cores: 2, memoryGiB: 8, oneDnn: true },
      },
      backend: { name: 'tensorflow', version: '2.21.0' },
      data: { name: 'cifar10', sha256: 'b'.repeat(64) },
      network: { parameters: 1_000_000, multiplyAdds: 2_000_000 },
    },
    ...{ probes, epochs, changes: [] },
    final: { type: 'final', status, top1Error: 75, top5Error: 25, wallSeconds: 12, step: steps },
  };
}

function studyConfig(made: StudyRun): Config {
  const { scale = 1, rate = 0.1, filters = 512, seed = 3, steps = 100 } = made;
  const base = defaultConfig('inception-resnet-v1');
  return {
    ...base,
    network: {
      ...base.network,
      ...{ form: 'study', filters, repeats: made.repeats ?? { a: 0, b: 0, c: 5 } },
      residualScale: { a: scale, b: scale, c: scale },
      ...made.network,
    },
    data: { name: 'cifar10', trainImages: 32 * STEPS_PER_EPOCH, testImages: 500, augment: false },
    optimizer: { ...base.optimizer, learningRate: rate, ...made.optimizer },
    ...{ schedule: 'constant', labelSmoothing: 0, batchNormDecay: 0.9, seed },
    epochs: steps / STEPS_PER_EPOCH,
    stability: { every: 20, lastLayerEvery: 1, diedAfter: 1_000_000 },
    ...made.settings,
  };
}

function probe(made: StudyRun, { network, optimizer }: Config, step: number): ProbeLine {
  const { zeros = () => 0.5, dead = () => 0.1, loss = () => 2 } = made;
  const { deadOfBlock = () => 0, ratioOfBlock = () => 0.2 } = made;
  const { a, b, c } = network.repeats;
  const { rateOfStep = () => optimizer.learningRate } = made;
  const isFull = step === 1 || step % 20 === 0;
  const blocks = Array.from({ length: isFull ? a + b + c : 0 }, (_, block) => ({
    ...layer(`block-${block + 1}`, 0.4, deadOfBlock(block)),
    residualToTrunk: ratioOfBlock(block, step),
  }));
  return {
    ...{ type: 'probe', step, loss: loss(step), top1Error: 75, learningRate: rateOfStep(step) },
    layers: [...blocks, layer('last-layer', zeros(step), dead(step))],
  };
}

function layer(name: string, zeros: number, deadChannels: number): LayerStability {
  return { name, deadChannels, zeros, max: 1, deviation: 0.5, gradientNorm: 0.1 };
}

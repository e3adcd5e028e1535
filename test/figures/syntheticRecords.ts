import type { Config } from '../../lib/config';
import { defaultConfig } from '../../lib/config';
import type { PaperNetwork } from '../../lib/results/paper';
import type { RunRecord, RunStatus } from '../../lib/results/record';

/** What a made-up run is told; errors in percent by epoch, top-1 and top-5. */
interface SyntheticRun {
  readonly network: PaperNetwork;
  readonly seed?: number;
  readonly top1: readonly number[];
  readonly top5?: readonly number[];
  readonly status?: RunStatus;
  readonly trainImages?: number;
}

/** A record as a run writes it, with the given errors. */
export function syntheticRun(options: SyntheticRun): RunRecord {
  const {
    network,
    seed = 0,
    top1,
    top5 = top1.map((error) => error / 4),
    status = 'done',
  } = options;
  const epochs = top1.map((error, index) => ({
    type: 'epoch' as const,
    epoch: index + 1,
    step: (index + 1) * 100,
    learningRate: 0.045,
    trainLoss: 2,
    trainTop1Error: error + 1,
    testLoss: 2,
    top1Error: error,
    top5Error: top5[index],
    rawTop1Error: error + 5,
    rawTop5Error: top5[index] + 5,
    seconds: { train: 10, input: 0.1, evaluate: 2 },
  }));
  return {
    run: {
      type: 'run',
      schema: 1,
      id: `convergence-${network}-s${seed}`,
      experiment: 'convergence',
      startedAt: '2026-01-02T03:04:05.000Z',
      config: config(options),
      git: { commit: 'a'.repeat(40), dirty: false },
      environment: {
        node: 'v22.0.0',
        tfjs: '4.22.0',
        platform: 'linux x64',
        processor: 'Test <CPU> & co',
        cores: 2,
        memoryGiB: 8,
        oneDnn: true,
      },
      backend: { name: 'tensorflow', version: '2.9.1' },
      data: { name: 'cifar10', sha256: 'b'.repeat(64) },
      network: { parameters: 1_234_567, multiplyAdds: 7_654_321 },
    },
    probes: [],
    changes: [],
    epochs,
    final: {
      type: 'final',
      status,
      top1Error: top1.at(-1) ?? null,
      top5Error: top5.at(-1) ?? null,
      wallSeconds: 12 * top1.length,
    },
  };
}

function config({ network, seed = 0, top1, trainImages = 5000 }: SyntheticRun): Config {
  const base = defaultConfig('inception-v3');
  return {
    ...base,
    // A copy of another network's settings: here only the name matters.
    network: { ...base.network, name: network },
    data: { ...base.data, trainImages },
    epochs: top1.length,
    seed,
  };
}

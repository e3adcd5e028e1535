import { type Metrics, metricsOf } from '../../lib/evaluation/metrics';
import { type CropCount, cropPlan } from '../../lib/images/crops';
import { networkConfig, type NetworkName } from '../../lib/models/networks';
import { describeEnvironment } from '../../lib/results/environment';
import type { EvaluationRecord } from '../../lib/results/evaluationRecord';

/** Metrics of so many images with these numbers of misses. */
function metricsWith(images: number, top1Misses: number, top5Misses: number): Metrics {
  const ranks = Array.from({ length: images }, (_, i) =>
    i < top5Misses ? 5 : i < top1Misses ? 1 : 0,
  );
  const probabilities = Float32Array.from([0.4, 0.2, 0.15, 0.1, 0.08, 0.07]);
  return metricsOf(
    ranks.map((label) => ({ label, probabilities })),
    ['a', 'b', 'c', 'd', 'e', 'f'],
  );
}

/** What an evaluation is to be like. */
export interface Made {
  readonly networks: readonly NetworkName[];
  readonly crops: CropCount;
  readonly weights?: string;
  readonly images?: number;
  readonly misses?: readonly [number, number];
  readonly startedAt?: string;
  readonly width?: number;
  /** In which sizes the networks saw images in training; absent: it is not known. */
  readonly sizes?: 'one' | 'all';
}

const MEMORY = { name: 'cifar10', trainImages: 100, testImages: 100, augment: true } as const;
const TRAINED_ON = { one: MEMORY, all: { ...MEMORY, crops: 'randomSize' } } as const;

/** An evaluation on 100 images, 30 and 10 of which are top-1 and top-5 errors, unless told otherwise. */
export function evaluation(made: Made): EvaluationRecord {
  const { networks, crops, weights = '0', images = 100, misses = [30, 10] } = made;
  return {
    ...{ type: 'evaluation', schema: 1, id: weights, experiment: 'test', skipped: [], seconds: 1 },
    ...{ git: { commit: null, dirty: null }, environment: describeEnvironment() },
    backend: { name: 'tensorflow', version: '2.21.0' },
    execution: { mode: 'compiled', precision: 'float32' },
    startedAt: made.startedAt ?? '2026-01-01T00:00:00.000Z',
    models: networks.map((name) => ({
      name,
      reference: name,
      weights: 'averaged',
      config: { ...networkConfig(name), width: made.width ?? 1 },
      sha256: `${name}-${weights}`,
      plan: cropPlan(crops, 32, 'cifar10'),
      batchSize: 240,
      ...(made.sizes && { trainedOn: TRAINED_ON[made.sizes] }),
    })),
    data: { name: 'cifar10', sha256: 'ab', images },
    crops,
    metrics: metricsWith(images, ...misses),
  };
}

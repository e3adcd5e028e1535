import { type Config, defaultConfig, overrideConfig } from '../config';
import { buildNetwork, type NetworkConfig } from '../models/networks';
import type { Network } from '../models/node';
import { blockStack } from './blockStack';

/** What a step does: all of a training step, or inference and loss. */
export const PHASES = ['training', 'evaluation'] as const;
export type Phase = (typeof PHASES)[number];

/** Numbers in which convolutions and products are computed; weights are float32 in both. */
export const PRECISIONS = ['float32', 'bfloat16'] as const;
export type BenchPrecision = (typeof PRECISIONS)[number];

/** A network to measure, by what builds it again in another process. */
export interface BenchNetwork {
  readonly name: string;
  readonly build: 'block-stack' | NetworkConfig;
  /** Images per step. */
  readonly batch: number;
}

/** One piece of work that several programs do. */
export interface Work {
  readonly network: BenchNetwork;
  readonly phase: Phase;
  readonly precision: BenchPrecision;
}

/** Small enough that random images and labels do not make a network diverge within a benchmark. */
const LEARNING_RATE = 0.01;

/** Builds the network of a piece of work. */
export function networkOf({ build }: BenchNetwork): Network {
  return build === 'block-stack' ? blockStack() : buildNetwork(build);
}

/** The constants of training, the same for all: the paper's, but for the learning rate. */
export function trainingConfig({ build, batch }: BenchNetwork): Config {
  // The peers' step has no weight decay.
  const config = overrideConfig(defaultConfig('inception-resnet-v1'), { weightDecay: 0 });
  return {
    ...config,
    network: build === 'block-stack' ? config.network : build,
    optimizer: { ...config.optimizer, learningRate: LEARNING_RATE },
    batchSize: batch,
  };
}

/** How many classes the logits of a network have. */
export function classesOf({ output }: Network): number {
  return output.shape[2];
}

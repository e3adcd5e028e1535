import * as tf from '@tensorflow/tfjs';

import type { TensorSource } from '../weights/tensorSource';
import type { Finding } from './comparison';
import { compareCounts } from './counts';
import { compareFormula } from './formulaVectors';
import { entryWeights, loadBlock, loadEntry } from './loadWeights';
import { compareOptimizer } from './optimizerNumbers';
import {
  compareImages,
  compareImplementation,
  compareOutputs,
  type LoadedNetwork,
  referenceImages,
} from './outputs';
import { type EntryPlan, loadingWork, planBlock, workOf } from './plan';
import type { Reference } from './schema';
import { BlockComparison } from './trainingBlock';

/** One part of a verification. */
export interface Part {
  readonly title: string;
  /** How long it takes, in multiply-adds, roughly. */
  readonly work: number;
  readonly run: () => readonly Finding[];
}

/** The vectors of the weight formula. */
export function formulaPart(reference: Reference): Part {
  return { title: 'weight formula', work: 0, run: () => [compareFormula(reference)] };
}

/** One network at one image size: counts, images, logits, stages, auxiliary logits, logits with gamma. */
export function entryPart(reference: Reference, plan: EntryPlan, allowed: number): Part {
  const { config, entry } = plan;
  const { seed } = reference;
  const gamma = Object.entries(entry.implementations).filter(([name]) => name.includes('_gamma_'));
  // Names and shapes are checked here, before any part of the reference is computed.
  const weights = entryWeights(reference, plan);
  const weightsWithGamma = gamma.length > 0 ? entryWeights(reference, plan, true) : undefined;
  const images = () => referenceImages(entry, seed);
  const plain = () =>
    withEntry(plan, weights, (loaded) => compareOutputs(loaded, entry, seed, allowed));
  const withGamma = (source: TensorSource) =>
    withEntry(plan, source, (loaded) =>
      gamma.flatMap(([, expected]) =>
        compareImplementation(loaded, expected, images(), { allowed, label: 'with gamma: ' }),
      ),
    );
  return {
    title: `${config.name} ${config.inputSize}x${config.inputSize}`,
    work: workOf(plan) * (gamma.length > 0 ? 2 : 1),
    run: () => [
      compareCounts(plan),
      compareImages(entry, seed),
      ...plain(),
      ...(weightsWithGamma ? withGamma(weightsWithGamma) : []),
    ],
  };
}

/** Compares a loaded network and frees its weights. */
function withEntry(
  plan: EntryPlan,
  weights: TensorSource,
  compare: (loaded: LoadedNetwork) => readonly Finding[],
): readonly Finding[] {
  const loaded = loadEntry(plan, weights);
  try {
    return compare(loaded);
  } finally {
    tf.dispose([...loaded.values.values()]);
  }
}

/** A block alone in training. Throws a UsageError when the reference names a block that no network of it has. */
export function blockPart(reference: Reference, allowed: number): Part {
  const plan = planBlock(reference);
  const run = () => {
    const block = loadBlock(reference, plan);
    try {
      const comparison = new BlockComparison(
        block,
        reference.training_block,
        reference.seed,
        allowed,
      );
      try {
        return comparison.findings();
      } finally {
        comparison.dispose();
      }
    } finally {
      tf.dispose([...block.variables.values()]);
    }
  };
  return {
    title: `${reference.training_block.block} in training`,
    work: loadingWork(plan.config),
    run,
  };
}

/** Optimizer, schedule, moving averages and loss. */
export function optimizerPart({ optimizer, seed }: Reference, allowed: number): Part {
  const run = () => compareOptimizer(optimizer, seed, allowed);
  return { title: 'training steps', work: 0, run };
}

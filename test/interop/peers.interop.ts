import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { Contestant } from '../../lib/bench/contestant';
import { type PeerName, peerProgram } from '../../lib/bench/contestants';
import { peerPython } from '../../lib/bench/peerEnvironment';
import { peerTask } from '../../lib/bench/peerTask';
import { type BenchNetwork, networkOf, trainingConfig, type Work } from '../../lib/bench/work';
import { forward } from '../../lib/models/forward';
import { type NetworkConfig, networkConfig, type NetworkName } from '../../lib/models/networks';
import { elements, networkParameters } from '../../lib/models/parameters';
import { createParameters } from '../../lib/models/parameterValues';
import { crossEntropy } from '../../lib/training/losses';
import { moveStatistics } from '../../lib/training/movingStatistics';
import { writeSafetensors } from '../../lib/weights/safetensorsWriter';

/** The largest difference allowed: of logits in their standard deviations, of a loss in its size. */
const TOLERANCE = 1e-4;

/**
 * The same of what a step changes in the logits. A ReLU whose input is zero up to rounding may open in one program only;
 * where none does, the difference is below 1e-4.
 */
const STEP_TOLERANCE = 2e-2;

/** Far from 1, so that the moving statistics of the first step show in the logits. */
const BATCH_NORM_DECAY = 0.9;

/** Without dropout, whose masks no two programs draw alike. */
function withoutDropout(build: BenchNetwork['build']): BenchNetwork['build'] {
  return build === 'block-stack' ? build : { ...build, dropoutKeep: 1 };
}

/** Every kind of block once: deep networks amplify the rounding of float32 beyond what tells two of them apart. */
const tiny = (name: NetworkName): NetworkConfig => convergenceConfig(name, 'smoke').network;
const NETWORKS_OF_FIGURES = ['inception-v3', 'inception-v4', 'inception-resnet-v1'] as const;
const PUBLISHED = { inputSize: 139, repeats: { a: 1, b: 1, c: 2 } };
const BUILDS: readonly BenchNetwork[] = [
  { name: 'block-stack', build: 'block-stack', batch: 16 },
  ...NETWORKS_OF_FIGURES.map((name): BenchNetwork => ({ name, build: tiny(name), batch: 16 })),
  {
    name: 'inception-resnet-v2 as published',
    build: { ...networkConfig('inception-resnet-v2'), ...PUBLISHED },
    batch: 8,
  },
];
const NETWORKS = BUILDS.map((one) => ({ ...one, build: withoutDropout(one.build) }));

const python = peerPython();
const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-peers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(async () => {
  await selectBackend('tensorflow');
});

/** Our side of a network: its parameters in a file, and what one step of a peer's kind makes of them. */
class Ours {
  readonly weights = path.join(folder, 'weights.safetensors');
  readonly batch = path.join(folder, 'batch.safetensors');
  private readonly network;
  private readonly variables;
  private readonly images: tf.Tensor4D;
  private readonly labels: tf.Tensor1D;

  constructor(private readonly bench: BenchNetwork) {
    this.network = networkOf(bench);
    this.variables = createParameters(this.network, () => 1);
    for (const [name, variable] of this.variables) {
      variable.assign(startingValue(name, variable.shape));
    }
    const [height, width, depth] = this.network.nodes[0].shape;
    this.images = uniform([bench.batch, height, width, depth], -1, 1, 5);
    const classes = this.network.output.shape[2];
    this.labels = tf.tidy(() => tf.range(0, bench.batch).mul(3).mod(classes).toInt().as1D());
    this.write();
  }

  get parameters(): number {
    const trainable = networkParameters(this.network).filter((one) => one.trainable);
    return trainable.reduce((sum, { shape }) => sum + elements(shape), 0);
  }

  logits(): Float32Array {
    return tf.tidy(() =>
      forward(this.network, this.variables, this.images, { training: false }).dataSync(),
    ) as Float32Array;
  }

  /** One step with the peer's own rules for the optimizer and for moving statistics; returns the loss. */
  step(peer: PeerName): number {
    const { optimizer, labelSmoothing } = trainingConfig(this.bench);
    return tf.tidy(() => {
      const trainable = [...this.variables.values()].filter((variable) => variable.trainable);
      const move: (() => void)[] = [];
      const { value, grads } = tf.variableGrads(() => {
        const logits = forward(this.network, this.variables, this.images, {
          training: true,
          onStatistics: ({ layer, mean, variance }) => {
            const node = this.network.nodes.find(({ name }) => name === layer);
            const count = this.bench.batch * elements((node?.shape ?? []).slice(0, 2));
            // Keras moves towards the variance of the batch, PyTorch, like ours, towards the estimate from it.
            const towards =
              peer === 'keras' ? variance.mul<tf.Tensor1D>((count - 1) / count) : variance;
            const kept = { layer, mean: tf.keep(mean.clone()), variance: tf.keep(towards.clone()) };
            move.push(() => moveStatistics(this.variables, kept, BATCH_NORM_DECAY));
          },
        });
        return crossEntropy(logits, this.labels, labelSmoothing);
      }, trainable);
      move.forEach((layer) => layer());
      for (const variable of trainable) {
        const gradient = grads[variable.name];
        const meanSquare = gradient.square().mul(1 - optimizer.decay);
        const root =
          peer === 'keras'
            ? meanSquare.add(optimizer.epsilon).sqrt()
            : meanSquare.sqrt().add(optimizer.epsilon);
        variable.assign(variable.sub(gradient.div(root).mul(optimizer.learningRate)));
      }
      return value.dataSync()[0];
    });
  }

  dispose(): void {
    tf.dispose([this.images, this.labels, ...this.variables.values()]);
  }

  private write(): void {
    const tensors = [...this.variables].map(([name, { shape }]) => ({ name, shape }));
    const read = ({ name }: { name: string }) =>
      this.variables.get(name)?.dataSync() as Float32Array;
    writeSafetensors(this.weights, tensors, {}, read);
    const batch = { images: this.images, labels: this.labels.toFloat() };
    writeSafetensors(
      this.batch,
      Object.entries(batch).map(([name, { shape }]) => ({ name, shape })),
      {},
      ({ name }) => batch[name as keyof typeof batch].dataSync() as Float32Array,
    );
    batch.labels.dispose();
  }
}

function uniform<T extends tf.Tensor>(shape: number[], from: number, to: number, seed: number): T {
  return tf.randomUniform(shape, from, to, 'float32', seed) as T;
}

/** None of the usual zeros and ones: a tensor that is left out or taken for another shows. */
function startingValue(name: string, shape: number[]): tf.Tensor {
  const seed = [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 65_521, 7);
  if (name.endsWith('/kernel')) {
    const fanIn = elements(shape) / shape[shape.length - 1];
    return uniform(shape, -Math.sqrt(6 / fanIn), Math.sqrt(6 / fanIn), seed);
  }
  return name.endsWith('/movingVariance')
    ? uniform(shape, 0.5, 1.5, seed)
    : uniform(shape, -0.1, 0.1, seed);
}

function report(what: string, difference: number, tolerance: number): void {
  process.stdout.write(`  ${what}: ${difference.toExponential(1)}\n`);
  expect(difference, what).toBeLessThan(tolerance);
}

function differenceOf(found: ArrayLike<number>, expected: Float32Array): number {
  expect(found).toHaveLength(expected.length);
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
  const squares = expected.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const differences = expected.map((value, index) => Math.abs(value - found[index]));
  return differences.reduce((a, b) => Math.max(a, b)) / Math.sqrt(squares / expected.length);
}

describe.each(['keras', 'torch'] as const)('the %s peer of lab bench', (peer) => {
  it.each(NETWORKS)('has the same $name, and trains it alike', async (bench) => {
    const ours = new Ours(bench);
    const work: Work = { network: bench, phase: 'training', precision: 'float32' };
    const task = { ...peerTask(work), weights: ours.weights };
    const contestant = await Contestant.start({
      name: peer,
      ...peerProgram(peer, python),
      task: { ...task, training: { ...task.training, batchNormDecay: BATCH_NORM_DECAY } },
    });
    try {
      expect(contestant.facts.parameters).toBe(ours.parameters);
      const [before, ourBefore] = [await contestant.logits(ours.batch), ours.logits()];
      report('logits', differenceOf(before, ourBefore), TOLERANCE);
      const [theirs, loss] = [await contestant.step(ours.batch), ours.step(peer)];
      report('loss', Math.abs(theirs - loss) / loss, TOLERANCE);
      // The gradients of every weight and the statistics of every layer are in this.
      const change = (await contestant.logits(ours.batch)).map((logit, i) => logit - before[i]);
      const ourChange = ours.logits().map((logit, i) => logit - ourBefore[i]);
      report('change by a step', differenceOf(change, ourChange), STEP_TOLERANCE);
    } finally {
      await contestant.stop();
      ours.dispose();
    }
  });
});

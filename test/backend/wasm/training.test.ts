import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';

import { BATCH_NORM_TRAINING } from '../../../lib/backend/kernelNames';
import { crossEntropy } from '../../../lib/training/losses';
import { Rmsprop } from '../../../lib/training/rmsprop';
import { useWasm } from './useWasm';

beforeAll(useWasm);

function variable<R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Variable<R> {
  return tf.variable(tf.randomNormal<R>(shape, 0, 0.3, 'float32', seed));
}

/** One layer of every kind that an Inception network has, on 12x12 images. */
class SmallNet {
  readonly stem = variable<tf.Rank.R4>([3, 3, 3, 8], 1);
  readonly beta = variable<tf.Rank.R1>([8], 2);
  readonly wide = variable<tf.Rank.R4>([1, 7, 8, 5], 3);
  readonly tall = variable<tf.Rank.R4>([7, 1, 5, 8], 4);
  readonly linear = variable<tf.Rank.R4>([1, 1, 8, 8], 5);
  readonly reduction = variable<tf.Rank.R4>([3, 3, 16, 12], 6);
  readonly classifier = variable<tf.Rank.R2>([12, 4], 7);

  get variables(): tf.Variable[] {
    const { stem, beta, wide, tall, linear, reduction, classifier } = this;
    return [stem, beta, wide, tall, linear, reduction, classifier];
  }

  loss(images: tf.Tensor4D, labels: tf.Tensor1D): tf.Scalar {
    const x = tf.relu(this.normalised(tf.conv2d(images, this.stem, 1, 'same')));
    const tower = tf.conv2d(tf.conv2d(x, this.wide, 1, 'same'), this.tall, 1, 'same');
    const pooled = tf.conv2d(tf.avgPool(x, 3, 1, 'same'), this.linear, 1, 'same');
    const sum = tf.relu(tf.add<tf.Tensor4D>(x, tf.mul(pooled, 0.2)));
    const grid = tf.concat([tf.maxPool(sum, 3, 2, 'same'), tf.maxPool(tower, 3, 2, 'same')], 3);
    const top = tf.conv2d(grid, this.reduction, 2, 'valid');
    return crossEntropy(tf.matMul(tf.mean<tf.Tensor2D>(top, [1, 2]), this.classifier), labels);
  }

  private normalised(x: tf.Tensor4D): tf.Tensor4D {
    const inputs = { x, beta: this.beta as tf.Tensor };
    return tf.engine().runKernel<tf.Tensor4D[]>(BATCH_NORM_TRAINING, inputs, { epsilon: 1e-3 })[0];
  }
}

/** Trains the net on the same eight images, one step a call; returns the loss. */
function trainer(): () => number {
  const net = new SmallNet();
  const images = tf.randomUniform<tf.Rank.R4>([8, 12, 12, 3], -1, 1, 'float32', 8);
  const labels = tf.tensor1d([0, 1, 2, 3, 0, 1, 2, 3], 'int32');
  const optimizer = new Rmsprop(net.variables, { decay: 0.9, momentum: 0.9, epsilon: 1 });
  return () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => net.loss(images, labels), net.variables);
      const gradients = net.variables.map((weights) => [weights, grads[weights.name]] as const);
      optimizer.apply(new Map(gradients), 0.05);
      return value.dataSync()[0];
    });
}

function memory() {
  const backend = tf.backend() as BackendWasm;
  const probe = tf.scalar(0);
  const heapBytes = backend.typedArrayFromHeap(probe).buffer.byteLength;
  probe.dispose();
  return { tensors: tf.memory().numTensors, dataIds: backend.numDataIds(), heapBytes };
}

describe('training on wasm', () => {
  it('learns eight images by heart without leaking', () => {
    const step = trainer();
    const first = step();
    step();
    const before = memory();
    const losses = Array.from({ length: 60 }, step);
    expect(memory()).toEqual(before);
    expect(losses[losses.length - 1]).toBeLessThan(first / 4);
  });
});

describe('a copy of a tensor', () => {
  it('outlives the original and is freed with the last of the two', () => {
    const before = memory();
    const original = tf.tensor1d([1, 2, 3]);
    const copy = original.clone();
    original.dispose();
    expect([...copy.dataSync()]).toEqual([1, 2, 3]);
    copy.dispose();
    expect(memory()).toEqual(before);
  });
});

import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../../../lib/backend/select';
import { CompiledPrograms } from '../../../lib/backend/tensorflow/compiled/programs';
import { hasTensorflow } from '../../hasTensorflow';

/** A window over images, and the images. */
interface Case {
  readonly height: number;
  readonly width: number;
  readonly depth: number;
  readonly filters: number;
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly padding: 'same' | 'valid';
}

const side = fc.integer({ min: 1, max: 3 });
const cases: fc.Arbitrary<Case> = fc.record({
  height: fc.integer({ min: 3, max: 8 }),
  width: fc.integer({ min: 3, max: 8 }),
  depth: fc.integer({ min: 1, max: 5 }),
  filters: fc.integer({ min: 1, max: 5 }),
  kernel: fc.tuple(side, side),
  stride: fc.integer({ min: 1, max: 2 }),
  padding: fc.constantFrom('same', 'valid'),
});

/** The outcome and the gradients of a layer: what is recorded by shapes alone and what really runs. */
function layer({ depth, filters, kernel, stride, padding }: Case, x: tf.Tensor4D) {
  const filter = tf.variable(
    tf.randomUniform<tf.Rank.R4>([...kernel, depth, filters], -1, 1, 'float32', 5),
  );
  const bias = tf.variable(tf.randomUniform<tf.Rank.R1>([filters], -1, 1, 'float32', 6));
  const run = () => {
    const outcome = (images: tf.Tensor4D) => {
      const sums = tf.relu(tf.conv2d(images, filter, stride, padding).add<tf.Tensor4D>(bias));
      const pooled = tf.maxPool(images, [...kernel], stride, padding);
      const means = tf.avgPool(images, [...kernel], stride, padding);
      return tf.concat([sums, pooled, means, pooled], 3);
    };
    const { value, grad } = tf.valueAndGrad((images) =>
      tf.sum(outcome(images as tf.Tensor4D).square()),
    )(x);
    const { grads } = tf.variableGrads(() => tf.sum(outcome(x).square()), [filter, bias]);
    return { value, dx: grad, outcome: outcome(x), ...named(grads) };
  };
  return { run, dispose: () => tf.dispose([filter, bias]) };
}

/** Gradients under names that do not depend on how many variables there were before. */
function named(gradients: tf.NamedTensorMap): tf.NamedTensorMap {
  return Object.fromEntries(Object.values(gradients).map((tensor, i) => [`variable${i}`, tensor]));
}

/** Shape and elements of tensors, one list for each. */
function numbers(tensors: Readonly<Record<string, tf.Tensor>>): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      [...tensor.shape, ...tensor.dataSync()],
    ]),
  );
}

describe.skipIf(!hasTensorflow)('a layer recorded by its shapes', () => {
  beforeAll(async () => {
    await selectBackend('tensorflow');
  });

  it('gives the numbers and shapes of the layer that runs, with its gradients', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const x = tf.randomUniform<tf.Rank.R4>(
          [2, one.height, one.width, one.depth],
          -1,
          1,
          'float32',
          7,
        );
        const { run, dispose } = layer(one, x);
        const eager = tf.tidy(() => numbers(run()));
        const programs = new CompiledPrograms();
        programs.add({ layer: { feeds: { x }, run } });
        const compiled = tf.tidy(() => numbers(programs.run('layer', { x })));
        for (const [name, values] of Object.entries(eager)) {
          values.forEach((value, i) => expect(compiled[name][i]).toBeCloseTo(value, 3));
        }
        programs.dispose();
        dispose();
        x.dispose();
      }),
      { numRuns: 40 },
    );
  });
});

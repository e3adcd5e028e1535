import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { MOVE_TOWARDS } from '../../../lib/backend/kernelNames';
import { philoxUniform } from '../../../lib/backend/philox';
import { selectBackend } from '../../../lib/backend/select';
import { CompiledPrograms } from '../../../lib/backend/tensorflow/compiled/programs';
import { Rmsprop } from '../../../lib/training/rmsprop';
import { hasTensorflow } from '../../hasTensorflow';

function values(tensor: tf.Tensor): number[] {
  return [...tensor.dataSync()];
}

/** The numbers that a graph puts out; its tensors are freed. */
function run(programs: CompiledPrograms, name: string, feeds: Record<string, tf.Tensor>) {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(programs.run(name, feeds)).map(([key, tensor]) => [key, values(tensor)]),
    ),
  );
}

describe.skipIf(!hasTensorflow)('CompiledPrograms', () => {
  beforeAll(async () => {
    await selectBackend('tensorflow');
  });

  it('sees what is fed at each run', () => {
    const [x, rate] = [tf.tensor1d([1, 2, 3]), tf.scalar(10)];
    const programs = new CompiledPrograms();
    programs.add({ scaled: { feeds: { x, rate }, run: () => ({ y: x.mul(rate) }) } });
    expect(run(programs, 'scaled', { x, rate }).y).toEqual([10, 20, 30]);
    const other = tf.scalar(-1);
    expect(run(programs, 'scaled', { x, rate: other }).y).toEqual([-1, -2, -3]);
    programs.dispose();
    tf.dispose([x, rate, other]);
  });

  it('takes a feed that nothing uses', () => {
    const [x, unused] = [tf.scalar(2), tf.scalar(3)];
    const programs = new CompiledPrograms();
    programs.add({ square: { feeds: { x, unused }, run: () => ({ y: x.square() }) } });
    expect(run(programs, 'square', { x, unused }).y).toEqual([4]);
    programs.dispose();
    tf.dispose([x, unused]);
  });

  it('does not change a variable while it compiles', () => {
    const variable = tf.variable(tf.scalar(5));
    const programs = new CompiledPrograms();
    const count = () => {
      variable.assign(variable.add(1));
      return { now: variable.clone() };
    };
    programs.add({ count: { feeds: {}, run: count } });
    expect(values(variable)).toEqual([5]);
    expect(run(programs, 'count', {}).now).toEqual([6]);
    expect(run(programs, 'count', {}).now).toEqual([7]);
    programs.dispose();
    variable.dispose();
  });

  it('leaves out results that are not wanted, and nothing else', () => {
    const variable = tf.variable(tf.scalar(5));
    const programs = new CompiledPrograms();
    const count = () => {
      variable.assign(variable.add(1));
      return { now: variable.clone(), twice: variable.mul(2) };
    };
    programs.add({ count: { feeds: {}, run: count } });
    const results = (wanted?: readonly string[]) =>
      tf.tidy(() => Object.keys(programs.run('count', {}, wanted)));
    expect(results(['twice'])).toEqual(['twice']);
    expect(results()).toEqual(['now', 'twice']);
    expect(run(programs, 'count', {})).toEqual({ now: [8], twice: [16] });
    expect(() => results(['thrice'])).toThrow(
      'The graph "count" has no result "thrice", only now, twice.',
    );
    programs.dispose();
    variable.dispose();
  });

  it('swaps two variables, which needs both old values', () => {
    const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
    const programs = new CompiledPrograms();
    const swap = () => {
      const old = a.clone();
      a.assign(b);
      b.assign(old);
      return { a: a.clone(), b: b.clone() };
    };
    programs.add({ swap: { feeds: {}, run: swap } });
    expect(run(programs, 'swap', {})).toEqual({ a: [2], b: [1] });
    expect(run(programs, 'swap', {})).toEqual({ a: [1], b: [2] });
    programs.dispose();
    tf.dispose([a, b]);
  });

  it('keeps two variables apart that were made one from the other', () => {
    const first = tf.variable(tf.tensor1d([1, 2]));
    const copy = tf.variable(first);
    const programs = new CompiledPrograms();
    const move = () => {
      first.assign(first.add(1));
      return { first: first.clone(), copy: copy.clone() };
    };
    programs.add({ move: { feeds: {}, run: move } });
    run(programs, 'move', {});
    expect(run(programs, 'move', {})).toEqual({ first: [3, 4], copy: [1, 2] });
    programs.dispose();
    tf.dispose([first, copy]);
  });

  it('shares variables between graphs, also one that is added later', () => {
    const variable = tf.variable(tf.scalar(1));
    const step = tf.scalar(10);
    const programs = new CompiledPrograms();
    const move = () => {
      variable.assign(variable.add(step));
      return { now: variable.clone() };
    };
    programs.add({ move: { feeds: { step }, run: move } });
    run(programs, 'move', { step });
    programs.add({ show: { feeds: {}, run: () => ({ twice: variable.mul(2) }) } });
    expect(run(programs, 'show', {}).twice).toEqual([22]);
    run(programs, 'move', { step });
    expect(run(programs, 'show', {}).twice).toEqual([42]);
    programs.dispose();
    tf.dispose([variable, step]);
  });

  it('goes on with variables that it only read before and updates now', () => {
    const variables = [1, 2, 3].map((value) => tf.variable(tf.scalar(value)));
    const programs = new CompiledPrograms();
    programs.add({ show: { feeds: {}, run: () => ({ sum: tf.addN(variables) }) } });
    expect(run(programs, 'show', {}).sum).toEqual([6]);
    const move = () => {
      variables[1].assign(variables[1].mul(10));
      return { now: variables[1].clone() };
    };
    programs.add({ move: { feeds: {}, run: move } });
    expect(run(programs, 'move', {}).now).toEqual([20]);
    expect(run(programs, 'show', {}).sum).toEqual([24]);
    programs.dispose();
    tf.dispose(variables);
  });

  it('takes other values for its variables', () => {
    const variable = tf.variable(tf.scalar(1));
    const other = tf.scalar(7);
    const programs = new CompiledPrograms();
    programs.add({ show: { feeds: {}, run: () => ({ now: variable.mul(2) }) } });
    programs.push(() => other);
    expect(run(programs, 'show', {}).now).toEqual([14]);
    expect(values(variable)).toEqual([1]);
    programs.dispose();
    tf.dispose([variable, other]);
  });

  it('pulls the values of the session and pushes others', () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const programs = new CompiledPrograms();
    const double = () => {
      variable.assign(variable.mul(2));
      return { now: variable.clone() };
    };
    programs.add({ double: { feeds: {}, run: double } });
    run(programs, 'double', {});
    expect(values(variable)).toEqual([1, 2]);
    programs.pull();
    expect(values(variable)).toEqual([2, 4]);
    variable.assign(tf.tidy(() => tf.tensor1d([100, 200])));
    programs.push();
    expect(run(programs, 'double', {}).now).toEqual([200, 400]);
    // What was pulled does not change with later runs.
    expect(values(variable)).toEqual([100, 200]);
    programs.dispose();
    variable.dispose();
  });

  it('frees all tensors', () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const x = tf.tensor1d([3, 4]);
    const before = tf.memory().numTensors;
    const programs = new CompiledPrograms();
    programs.add({ sum: { feeds: { x }, run: () => ({ y: variable.add(x) }) } });
    for (let i = 0; i < 5; i++) {
      run(programs, 'sum', { x });
      programs.pull();
      programs.push();
    }
    programs.dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([variable, x]);
  });

  /** Elementwise chains over two variables and a feed, eager and compiled. */
  it('equals eager work for any chain of operations', () => {
    const operations = {
      add: (a: tf.Tensor, b: tf.Tensor) => a.add(b),
      subtract: (a: tf.Tensor, b: tf.Tensor) => a.sub(b),
      multiply: (a: tf.Tensor, b: tf.Tensor) => a.mul(b).mul(0.1),
      maximum: (a: tf.Tensor, b: tf.Tensor) => tf.maximum(a, b),
      sums: (a: tf.Tensor, b: tf.Tensor) => a.sum(0, true).add(b).mul(0.1),
      product: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b.transpose()).mul(0.1),
      parts: (a: tf.Tensor, b: tf.Tensor) =>
        tf.concat([a.slice([0, 0], [2, 3]), b.slice([2, 0], [1, 3])], 0),
      reshaped: (a: tf.Tensor, b: tf.Tensor) => a.reshape([9]).reverse().reshape([3, 3]).add(b),
    };
    const names = Object.keys(operations) as (keyof typeof operations)[];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 6 }), (chain) => {
        const variable = tf.variable(tf.randomUniform([3, 3], -1, 1, 'float32', 3));
        const x = tf.randomUniform([3, 3], -1, 1, 'float32', 4);
        const step = () => {
          const y = chain.reduce<tf.Tensor>((a, name) => operations[name](a, variable), x);
          variable.assign(y);
          return { y };
        };
        const programs = new CompiledPrograms();
        programs.add({ step: { feeds: { x }, run: step } });
        const compiled = [run(programs, 'step', { x }).y, run(programs, 'step', { x }).y];
        const eager = [0, 1].map(() => tf.tidy(() => values(step().y)));
        compiled.flat().forEach((value, i) => expect(value).toBeCloseTo(eager.flat()[i], 5));
        programs.dispose();
        tf.dispose([variable, x]);
      }),
      { numRuns: 40 },
    );
  });
});

describe.skipIf(!hasTensorflow)('updates in place', () => {
  beforeAll(async () => {
    await selectBackend('tensorflow');
  });

  /** Variables of a size that is pooled and one that is not, with averages of them. */
  function training(sizes: readonly number[]) {
    const variables = sizes.map((size, i) =>
      tf.variable(tf.randomUniform([size], -1, 1, 'float32', i)),
    );
    const averages = variables.map((variable) => tf.variable(variable, false));
    const optimizer = new Rmsprop(variables, { decay: 0.9, momentum: 0.9, epsilon: 1 });
    const [learningRate, rate] = [tf.scalar(0.1), tf.scalar(0.25)];
    const step = () => {
      const gradients = new Map(variables.map((variable) => [variable, variable.square()]));
      optimizer.apply(gradients, learningRate);
      averages.forEach((average, i) => {
        const inputs = { average, value: variables[i] as tf.Tensor, rate };
        average.assign(tf.engine().runKernel<tf.Tensor>(MOVE_TOWARDS, inputs));
      });
      return { sum: tf.addN(averages.map((average) => average.sum())) };
    };
    return { variables, averages, optimizer, feeds: { learningRate, rate }, step };
  }

  it('equal the eager ones, for small variables together and large ones alone', () => {
    const sizes = [5, 40_000, 3, 7];
    const [eager, compiled] = [training(sizes), training(sizes)];
    const programs = new CompiledPrograms();
    programs.add({ step: { feeds: compiled.feeds, run: compiled.step } });
    for (let i = 0; i < 3; i++) {
      const expected = tf.tidy(() => values(eager.step().sum)[0]);
      expect(run(programs, 'step', compiled.feeds).sum[0]).toBeCloseTo(expected, 2);
    }
    programs.pull();
    for (const kind of ['variables', 'averages'] as const) {
      eager[kind].forEach((variable, i) => {
        const difference = tf.tidy(() => variable.sub(compiled[kind][i]).abs().max().dataSync()[0]);
        expect(difference).toBeLessThan(1e-6);
      });
    }
    programs.dispose();
    for (const one of [eager, compiled]) {
      one.optimizer.dispose();
      tf.dispose([...one.variables, ...one.averages, ...Object.values(one.feeds)]);
    }
  });
});

describe('philoxUniform', () => {
  it.skipIf(!hasTensorflow)(
    "gives the numbers of TensorFlow's StatelessRandomUniform",
    async () => {
      await selectBackend('tensorflow');
      const kernel = (seed: [number, number], count: number) =>
        tf.tidy(() => {
          const inputs = { seed: tf.tensor1d(seed, 'int32') };
          return values(
            tf.engine().runKernel<tf.Tensor>('StatelessUniform', inputs, { shape: [count] }),
          );
        });
      const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
      fc.assert(
        fc.property(word, word, fc.integer({ min: 1, max: 40 }), (a, b, count) => {
          expect([...philoxUniform([a, b], count)]).toEqual(kernel([a, b], count));
        }),
      );
    },
  );

  it('is uniform in [0, 1)', () => {
    const numbers = philoxUniform([1, 2], 10_000);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    // Four standard errors of the mean.
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / numbers.length));
  });
});

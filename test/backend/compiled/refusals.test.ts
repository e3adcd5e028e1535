import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../../experiments/convergence';
import { MOVE_TOWARDS, STATELESS_UNIFORM } from '../../../lib/backend/kernelNames';
import { selectBackend } from '../../../lib/backend/select';
import { CompiledPrograms } from '../../../lib/backend/tensorflow/compiled/programs';
import { requireBfloat16 } from '../../../lib/backend/tensorflow/compiled/requireBfloat16';
import { buildNetwork } from '../../../lib/models/networks';
import { type StepFeeds, trainingStep } from '../../../lib/training/programs';
import { TrainingVariables } from '../../../lib/training/trainingVariables';
import { hasTensorflow } from '../../hasTensorflow';

describe.skipIf(!hasTensorflow)('a compiled step', () => {
  let x: tf.Tensor2D;

  beforeAll(async () => {
    await selectBackend('tensorflow');
    x = tf.randomUniform([16, 16], -1, 1, 'float32', 1);
  });

  function compiling(run: (fed: tf.Tensor2D) => tf.Tensor): () => void {
    return () => {
      const programs = new CompiledPrograms();
      try {
        programs.add({ step: { feeds: { x }, run: () => ({ result: run(x) }) } });
      } finally {
        programs.dispose();
      }
    };
  }

  it('refuses a dropout mask made in JavaScript, and names who uses it', () => {
    expect(compiling((fed) => tf.dropout(fed, 0.5, undefined, 1))).toThrow(
      /uses 256 numbers \[16, 16\] made in JavaScript within the step/,
    );
  });

  it.each([
    ['tf.randomNormal', () => tf.randomNormal([4, 4])],
    ['a tensor of data', () => tf.tensor1d([1.5, 2.5, 3.5])],
    [
      'a long list of whole numbers',
      () =>
        tf.tensor1d(
          Array.from({ length: 100 }, (_, i) => i),
          'int32',
        ),
    ],
  ])('refuses %s made within it', (_, make) => {
    expect(compiling(() => tf.neg(make()))).toThrow(/made in JavaScript within the step/);
  });

  it('refuses an input that is not declared, and says what to do', () => {
    const outside = tf.ones([16, 16]);
    expect(compiling((fed) => fed.add(outside))).toThrow(
      /"Add.*" uses a tensor \[16, 16\] that was made before the step and is not declared as a feed.*Pass it as a feed/,
    );
    outside.dispose();
  });

  it.each([
    ['dataSync', (tensor: tf.Tensor) => tensor.dataSync()],
    ['arraySync', (tensor: tf.Tensor) => tensor.arraySync()],
  ])('refuses %s of a result', (_, read) => {
    const run = (fed: tf.Tensor2D) => {
      const sum = fed.sum();
      read(sum);
      return sum;
    };
    expect(compiling(run)).toThrow(/The result of "Sum" is read into JavaScript/);
  });

  it('refuses to read a feed and a variable', () => {
    const variable = tf.variable(tf.scalar(1), false, 'watched');
    expect(compiling((fed) => tf.scalar(fed.dataSync()[0]))).toThrow(/"Placeholder" is read/);
    expect(compiling(() => tf.scalar(variable.dataSync()[0]))).toThrow(/"watched" is read/);
    variable.dispose();
  });

  it('refuses random numbers from a constant seed', () => {
    const draw = () => {
      const seed = tf.tensor1d([1, 2], 'int32');
      return tf.engine().runKernel<tf.Tensor>(STATELESS_UNIFORM, { seed }, { shape: [3] });
    };
    expect(compiling(draw)).toThrow(/"StatelessRandomUniform" has a constant seed/);
  });

  it('refuses a variable that is not float32', () => {
    const counter = tf.variable(tf.scalar(1, 'int32'), false, 'counter');
    expect(compiling(() => counter.add(counter))).toThrow(/"counter" is int32/);
    counter.dispose();
  });

  it("refuses an update of the kit's whose result is not assigned to its variable", () => {
    const [average, other] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
    const rate = tf.scalar(0.5);
    const compile = (use: (moved: tf.Tensor) => void) => () => {
      const programs = new CompiledPrograms();
      const run = () => {
        const inputs = { average: average as tf.Tensor, value: other as tf.Tensor, rate };
        const moved = tf.engine().runKernel<tf.Tensor>(MOVE_TOWARDS, inputs);
        use(moved);
        return { moved };
      };
      programs.add({ step: { feeds: { rate }, run } });
      programs.dispose();
    };
    const message =
      /The results of MoveTowards must be assigned to the variables that it was given/;
    expect(compile(() => undefined)).toThrow(message);
    expect(compile((moved) => other.assign(moved.asScalar()))).toThrow(message);
    expect(compile((moved) => average.assign(moved as tf.Scalar))).not.toThrow();
    tf.dispose([average, other, rate]);
  });

  it('lets constants be read, which are the same at every step', () => {
    const ones = (fed: tf.Tensor2D) => {
      const made = tf.ones([16, 16]);
      const sum = fed.add(made);
      expect(made.dataSync()[0]).toBe(1);
      return sum;
    };
    expect(compiling(ones)).not.toThrow();
  });

  it('keeps no tensor of a training step whose update throws', () => {
    const config = convergenceConfig('inception-resnet-v1', 'smoke');
    const network = buildNetwork(config.network);
    const before = tf.memory().numTensors;
    const variables = new TrainingVariables(network, config);
    const own = tf.memory().numTensors;
    const feeds = { images: tf.zeros([2, 32, 32, 3]), labels: tf.tensor1d([0, 1], 'int32') };
    const given = tf.memory().numTensors;
    expect(() => trainingStep(network, config, variables, feeds as unknown as StepFeeds)).toThrow();
    expect(tf.memory().numTensors).toBe(given);
    expect(given - own).toBe(2);
    variables.dispose();
    tf.dispose(Object.values(feeds));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names a missing feed and an unknown graph', () => {
    const programs = new CompiledPrograms();
    expect(() => programs.run('step', {})).toThrow(/There is no graph "step"/);
    programs.add({ step: { feeds: { x }, run: () => ({ result: x.square() }) } });
    expect(() => programs.run('step', {})).toThrow(/The feed "x" of the graph "step" is missing/);
    expect(() => programs.run('other', {})).toThrow(/No graph "other": expected one of step/);
    programs.dispose();
  });

  it('leaves nothing behind when it refuses, and eager work goes on', () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const before = tf.memory().numTensors;
    const run = (fed: tf.Tensor2D) => {
      variable.assign(variable.add(1));
      return tf.scalar(fed.sum().dataSync()[0]);
    };
    expect(compiling(run)).toThrow();
    expect(tf.memory().numTensors).toBe(before);
    expect([...variable.dataSync()]).toEqual([1, 2]);
    expect(tf.tidy(() => x.sum().dataSync()[0])).toBeTypeOf('number');
    variable.dispose();
  });
});

describe('bfloat16', () => {
  it('is refused where the machine has no fast arithmetic for it', () => {
    expect(() => requireBfloat16(false, ['avx2', 'avx512f'])).toThrow(
      /precision is "bfloat16", but this processor has no instructions for it/,
    );
  });

  it.each([
    [false, ['avx512_bf16']],
    [false, ['amx_bf16']],
    [true, []],
  ])('is allowed with a GPU or a processor that has it (GPU: %s, flags: %j)', (gpu, flags) => {
    expect(() => requireBfloat16(gpu, flags)).not.toThrow();
  });
});

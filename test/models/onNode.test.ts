import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../../lib/backend/select';
import { activations, type ForwardOptions, type NodeValues } from '../../lib/models/forward';
import { Net, type ResidualOptions } from '../../lib/models/layers';
import type { Network, Node } from '../../lib/models/node';
import { createParameters, type ParameterVariables } from '../../lib/models/parameterValues';
import { hasTensorflow } from '../hasTensorflow';

const BACKENDS = hasTensorflow ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const);

interface Told {
  readonly operands: readonly Float32Array[];
  readonly result: Float32Array;
}

/** A residual block alone, with weights, on an input [2, 4, 4, 8]. */
class Block {
  readonly network: Network;
  readonly sum: Node;
  readonly linear: Node;
  private readonly values: ParameterVariables;
  private readonly input = tf.randomNormal<tf.Rank.R4>([2, 4, 4, 8], 0, 1, 'float32', 1);

  constructor(residual: ResidualOptions) {
    const net = new Net({ inputSize: 4, width: 1, paddingOfV: 'same', stemStride: 1 });
    this.sum = net.block('block', net.input(8), (_, x) =>
      net.residual(x, [net.conv(x, [8, 1]), net.conv(x, [8, 3])], residual),
    );
    this.linear = this.sum.inputs[1];
    this.network = { name: 'block', nodes: net.nodes, output: this.sum };
    this.values = createParameters(this.network, (name) => name.length);
    const bias = this.values.get('block/linear/bias') as tf.Variable;
    bias.assign(tf.range(0, 8));
  }

  /** What the hook is told of the sum, and what the wanted nodes put out. */
  run(outputs: readonly Node[], options: Partial<ForwardOptions> = {}) {
    const told = new Map<Node, Told>();
    const onNode = ({ node, operands, result }: NodeValues) => {
      told.set(node, { operands: operands.map(floats), result: floats(result) });
    };
    const results = activations(this.network, outputs, this.values, this.input, {
      training: true,
      ...options,
      onNode,
    });
    const arrays = results.map(floats);
    tf.dispose(results);
    return { told, arrays };
  }

  dispose(): void {
    tf.dispose([...this.values.values(), this.input]);
  }
}

function floats(tensor: tf.Tensor): Float32Array {
  return tensor.dataSync<'float32'>().slice();
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) {
    expect(Math.abs(actual[i] - expected[i])).toBeLessThan(1e-5);
  }
}

describe.each(BACKENDS)('onNode on %s', (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
  });
  afterAll(async () => {
    await selectBackend();
  });

  it.each([
    ['of the network', { scale: 0.3 }, {}, 0.3],
    ['of the call', { scale: 0.3 }, { scale: 0.7 }, 0.7],
    ['of the call, none', { scale: 0.3 }, { scale: 1 }, 1],
    ['of a block without ReLU', { scale: 0.6, activation: 'linear' }, { scale: 0.2 }, 0.6],
  ] as const)('is told the residual with the scale %s', (_, drawn, given, expected) => {
    const block = new Block({ stage: 'b', ...drawn });
    const scale = 'scale' in given ? { b: tf.scalar(given.scale) } : {};
    // Where the linear 1x1 is an output, it is not scaled; otherwise the scale is in its weights.
    const folded = block.run([block.sum], { scale });
    const [unfolded, inference] = [true, false].map((training) =>
      block.run([block.sum, block.linear], { scale, training }),
    );
    const { operands, result } = folded.told.get(block.sum) as Told;
    const [, residual] = unfolded.arrays;
    const sum = operands[0].map((value, i) => value + expected * residual[i]);
    const activated = 'activation' in drawn ? sum : sum.map((value) => Math.max(0, value));
    expectClose(
      operands[1],
      residual.map((value) => expected * value),
    );
    expectClose(result, activated);
    expectClose(result, folded.arrays[0]);
    expectClose(unfolded.told.get(block.sum)?.operands[1] ?? [], operands[1]);
    const inferred = inference.told.get(block.sum)?.operands[1] ?? [];
    expectClose(
      inferred,
      inference.arrays[1].map((value) => expected * value),
    );
    tf.dispose(Object.values(scale));
    block.dispose();
  });

  it('is told every node that is computed, once, and keeps nothing', () => {
    const block = new Block({ stage: 'a', scale: 0.1 });
    const before = tf.memory().numTensors;
    const names = (training: boolean) =>
      [...block.run([block.sum], { training }).told.keys()].map(({ name }) => name);
    const all = block.network.nodes.map(({ name }) => name);
    expect(all).toContain('block/concat');
    expect(names(true)).toEqual(all);
    expect(names(false)).toEqual(all);
    expect(tf.memory().numTensors).toBe(before);
    block.dispose();
  });
});

import * as tf from '@tensorflow/tfjs';

import type { Config } from '../../lib/config';
import type { Batch } from '../../lib/data/batches';
import { activations, forward } from '../../lib/models/forward';
import type { Network, Node } from '../../lib/models/node';
import type { ParameterVariables } from '../../lib/models/parameterValues';
import { crossEntropy } from '../../lib/training/losses';

/** The L2 norm of all numbers together. */
export function norm(...vectors: readonly ArrayLike<number>[]): number {
  let sum = 0;
  for (const vector of vectors) {
    for (let i = 0; i < vector.length; i++) sum += vector[i] ** 2;
  }
  return Math.sqrt(sum);
}

/** The numbers of a layer, computed in JavaScript from what it puts out. */
function plainNumbers(values: Float32Array, depth: number) {
  const zeros = values.filter((value) => value === 0).length;
  const isAlive = new Array<boolean>(depth).fill(false);
  let [max, mean, squares] = [0, 0, 0];
  values.forEach((value, i) => {
    isAlive[i % depth] ||= value !== 0;
    max = Math.max(max, Math.abs(value));
    mean += value / values.length;
    squares += value ** 2 / values.length;
  });
  return {
    deadChannels: isAlive.filter((alive) => !alive).length / depth,
    zeros: zeros / values.length,
    max,
    deviation: Math.sqrt(squares - mean ** 2),
  };
}

/** What a probe of the first step should find: every residual block, then the last layer. */
export function plainProbe(
  network: Network,
  config: Config,
  parameters: ParameterVariables,
  batch: Batch,
): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const images = tf.tensor4d(batch.pixels, [batch.count, 32, 32, 3]);
  const gradients = blockGradients(network, config, parameters, batch);
  const [last] = network.nodes
    .filter(({ operation }) => operation.kind === 'residualSum')
    .slice(-1);
  const found = new Map<string, Readonly<Record<string, number>>>();
  for (const sum of network.nodes) {
    if (sum.operation.kind === 'residualSum') {
      const [y, x, r] = outputs(network, [sum, ...sum.inputs], parameters, images);
      const numbers = {
        ...plainNumbers(y, sum.shape[2]),
        gradientNorm: norm(...(gradients.get(sum.block) ?? [])),
      };
      const residualToTrunk = (sum.operation.scale * norm(r)) / norm(x);
      found.set(sum.block, { ...numbers, residualToTrunk });
      if (sum === last) found.set(sum.name, numbers);
    }
  }
  images.dispose();
  return found;
}

/** Asked for by name, the linear 1x1 gives the residual before its scaling. */
function outputs(
  network: Network,
  nodes: readonly Node[],
  parameters: ParameterVariables,
  images: tf.Tensor4D,
): Float32Array[] {
  const results = activations(network, nodes, parameters, images, { training: true });
  const values = results.map((result) => result.dataSync<'float32'>().slice());
  tf.dispose(results);
  return values;
}

/** The gradients of the trainable parameters of each block. */
export function blockGradients(
  network: Network,
  config: Config,
  parameters: ParameterVariables,
  { pixels, labels, count }: Batch,
): ReadonlyMap<string, readonly Float32Array[]> {
  const trainable = [...parameters].filter(([, { trainable }]) => trainable);
  const { value, grads } = tf.variableGrads(
    () => {
      const images = tf.tensor4d(pixels, [count, 32, 32, 3]);
      const dropoutSeed = tf.tensor1d([config.seed, 0], 'int32');
      const logits = forward(network, parameters, images, { training: true, dropoutSeed });
      return crossEntropy(logits, tf.tensor1d(labels, 'int32'), config.labelSmoothing);
    },
    trainable.map(([, variable]) => variable),
  );
  const blocks = new Map<string, Float32Array[]>();
  for (const [name, variable] of trainable) {
    const [block] = name.split('/');
    const gradient = grads[variable.name].dataSync<'float32'>().slice();
    blocks.set(block, [...(blocks.get(block) ?? []), gradient]);
  }
  tf.dispose([value, grads]);
  return blocks;
}

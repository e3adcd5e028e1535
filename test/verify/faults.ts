import * as tf from '@tensorflow/tfjs';

import type { Network, Node, Operation } from '../../lib/models/node';
import type { LoadedNetwork } from '../../lib/verify/outputs';

/** A planted fault: the same network and weights, but for what is wrong. It may own tensors, freed by the caller. */
export type Fault = (loaded: LoadedNetwork) => LoadedNetwork;

type Change = (node: Node) => Partial<Pick<Node, 'operation' | 'inputs'>> | undefined;

/** The node of a path. Throws an error for a path that the network lacks, so that no fault is planted nowhere. */
function nodeAt({ nodes }: Network, path: string): Node {
  const node = nodes.find(({ name }) => name === path);
  if (!node) {
    throw new Error(`no node "${path}" to plant a fault at`);
  }
  return node;
}

/** The network with some nodes changed; the nodes above them take the changed ones as inputs. */
function changed(network: Network, change: Change): Network {
  const copies = new Map<Node, Node>();
  for (const node of network.nodes) {
    const { operation, inputs } = { ...node, ...change(node) };
    copies.set(node, {
      ...node,
      operation,
      inputs: inputs.map((input) => copies.get(input) as Node),
    });
  }
  const copyOf = (node: Node) => copies.get(node) as Node;
  return { name: network.name, nodes: [...copies.values()], output: copyOf(network.output) };
}

function withOperation(network: Network, path: string, operation: object): Network {
  const at = nodeAt(network, path);
  return changed(network, (node) =>
    node === at ? { operation: { ...at.operation, ...operation } } : undefined,
  );
}

function withValues(loaded: LoadedNetwork, edits: readonly [string, tf.Tensor][]): LoadedNetwork {
  return { ...loaded, values: new Map([...loaded.values, ...edits]) };
}

const valueAt = ({ values }: LoadedNetwork, name: string) => values.get(name) as tf.Tensor;

/** Another residual scale, or another end, of one block. */
export function residual(block: string, operation: object): Fault {
  return (loaded) => ({
    ...loaded,
    network: withOperation(loaded.network, `${block}/sum`, operation),
  });
}

/** The bias of the linear 1x1 added after the scaling instead of before. */
export function biasOutsideScaling(block: string): Fault {
  return (loaded) => {
    const { operation } = nodeAt(loaded.network, `${block}/sum`);
    const scale = operation.kind === 'residualSum' ? operation.scale : NaN;
    const bias = `${block}/linear/bias`;
    return withValues(loaded, [[bias, valueAt(loaded, bias).div(scale)]]);
  };
}

/** Two branches of a concatenation in each other's place. */
export function concatOrder(path: string): Fault {
  return (loaded) => {
    const at = nodeAt(loaded.network, path);
    const [first, second, ...rest] = at.inputs;
    const network = changed(loaded.network, (node) =>
      node === at ? { inputs: [second, first, ...rest] } : undefined,
    );
    return { ...loaded, network };
  };
}

/** A 1x7 and a 7x1 convolution in each other's orientation; their weights have the same number of values. */
export function orientationsSwapped(...paths: readonly [string, string]): Fault {
  return (loaded) => {
    const turned = paths.map((path): [string, tf.Tensor] => {
      const [height, width, inputs, outputs] = valueAt(loaded, `${path}/kernel`).shape;
      return [
        `${path}/kernel`,
        valueAt(loaded, `${path}/kernel`).reshape([width, height, inputs, outputs] as number[]),
      ];
    });
    const network = paths.reduce((network, path) => {
      const { operation } = nodeAt(network, path);
      const [height, width] = operation.kind === 'convolution' ? operation.kernel : [];
      return withOperation(network, path, { kernel: [width, height] });
    }, loaded.network);
    return { ...withValues(loaded, turned), network };
  };
}

/** A kernel turned by half a turn, as true convolutions (Theano) have it. */
export function flipped(path: string): Fault {
  return (loaded) => {
    const name = `${path}/kernel`;
    return withValues(loaded, [[name, tf.reverse(valueAt(loaded, name), [0, 1])]]);
  };
}

/** Batch normalisation with epsilon 1e-5 instead of 1e-3 in the named layers, or in all: the variance makes up for it. */
export function epsilon(...layers: readonly string[]): Fault {
  return (loaded) => {
    const all = [...loaded.values.keys()].filter((name) => name.endsWith('/movingVariance'));
    const names = layers.length > 0 ? layers.map((layer) => `${layer}/movingVariance`) : all;
    return withValues(
      loaded,
      names.map((name) => [name, valueAt(loaded, name).add(1e-5 - 1e-3)]),
    );
  };
}

/**
 * Average pooling that counts the padding, in the named blocks or in all.
 *
 * A 3x3 sum over zero padding, divided by 9, and the 1x1 convolution on it are one 3x3 convolution whose taps all are
 * a ninth of the 1x1 kernel.
 */
export function includePad(...blocks: readonly string[]): Fault {
  return (loaded) => {
    const pooled = loaded.network.nodes.filter(
      ({ block, operation, inputs: [below] }) =>
        operation.kind === 'convolution' &&
        below.operation.kind === 'averagePool' &&
        below.operation.padding === 'same' &&
        (blocks.length === 0 || blocks.includes(block)),
    );
    if (pooled.length < Math.max(1, blocks.length)) {
      throw new Error('no average pooling to plant a fault at');
    }
    const kernels = pooled.map(({ name }): [string, tf.Tensor] => {
      const kernel = valueAt(loaded, `${name}/kernel`);
      return [`${name}/kernel`, tf.tidy(() => kernel.div(9).tile([3, 3, 1, 1]))];
    });
    const network = changed(loaded.network, (node) => {
      const [below] = node.inputs;
      return pooled.includes(node)
        ? {
            operation: { ...node.operation, kernel: [3, 3], padding: 'same' } as Operation,
            inputs: below.inputs,
          }
        : undefined;
    });
    return { ...withValues(loaded, kernels), network };
  };
}

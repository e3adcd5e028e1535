import type { Network, Node, Shape } from './node';
import { elements, nodeParameters } from './parameters';

/** What a node, a block or a network costs. */
export interface Cost {
  /** Numbers that training changes (kernels, biases, beta). */
  readonly trainableParameters: number;
  /** The same and the moving statistics of batch normalisation: Keras' "total params". */
  readonly parameters: number;
  /** Multiplications with an addition, of convolutions and classifier, for one image. */
  readonly multiplyAdds: number;
}

/** The cost of one block under its figure's name. */
export interface BlockCost extends Cost {
  readonly block: string;
  /** What the block hands on, [height, width, depth]. */
  readonly output: Shape;
}

/** The cost of a whole network for one image. */
export function networkCost(network: Network): Cost {
  return network.nodes.map(nodeCost).reduce(sum);
}

/** The cost of every block, in order. */
export function blockCosts(network: Network): readonly BlockCost[] {
  const blocks = new Map<string, BlockCost>();
  for (const node of network.nodes) {
    const cost = nodeCost(node);
    const before = blocks.get(node.block);
    blocks.set(node.block, {
      block: node.block,
      output: node.shape,
      ...(before ? sum(before, cost) : cost),
    });
  }
  return [...blocks.values()];
}

function nodeCost(node: Node): Cost {
  const tensors = nodeParameters(node);
  const trainable = tensors.filter((tensor) => tensor.trainable);
  const kernel = tensors.find((tensor) => tensor.role === 'kernel');
  const positions = node.shape[0] * node.shape[1];
  return {
    trainableParameters: total(trainable.map(({ shape }) => elements(shape))),
    parameters: total(tensors.map(({ shape }) => elements(shape))),
    multiplyAdds: kernel ? positions * elements(kernel.shape) : 0,
  };
}

function sum(a: Cost, b: Cost): Cost {
  return {
    trainableParameters: a.trainableParameters + b.trainableParameters,
    parameters: a.parameters + b.parameters,
    multiplyAdds: a.multiplyAdds + b.multiplyAdds,
  };
}

function total(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

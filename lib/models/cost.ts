import type { Network, Node, Shape } from './node';
import { elements, nodeParameters, type Parameter } from './parameters';

/** What a node, a block or a network costs. */
export interface Cost {
  /** Numbers that training changes (kernels, biases, beta). */
  readonly trainableParameters: number;
  /** The same and the moving statistics of batch normalisation: Keras' "total params". */
  readonly parameters: number;
  /** What PyTorch counts: the trainable ones and the gamma that its batch normalisation has besides beta. */
  readonly parametersWithGamma: number;
  /** Multiplications with an addition, of convolutions and classifier, for one image. */
  readonly multiplyAdds: number;
  readonly convolutions: number;
  /** How many layers have batch normalisation: all convolutions but the linear 1x1 before a residual sum. */
  readonly batchNormalised: number;
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
  const trainable = size(tensors.filter((tensor) => tensor.trainable));
  const kernels = tensors.filter((tensor) => tensor.role === 'kernel');
  const betas = tensors.filter((tensor) => tensor.role === 'beta');
  return {
    trainableParameters: trainable,
    parameters: size(tensors),
    parametersWithGamma: trainable + size(betas),
    multiplyAdds: node.shape[0] * node.shape[1] * size(kernels),
    convolutions: node.operation.kind === 'convolution' ? 1 : 0,
    batchNormalised: betas.length,
  };
}

function sum(a: Cost, b: Cost): Cost {
  return {
    trainableParameters: a.trainableParameters + b.trainableParameters,
    parameters: a.parameters + b.parameters,
    parametersWithGamma: a.parametersWithGamma + b.parametersWithGamma,
    multiplyAdds: a.multiplyAdds + b.multiplyAdds,
    convolutions: a.convolutions + b.convolutions,
    batchNormalised: a.batchNormalised + b.batchNormalised,
  };
}

function size(tensors: readonly Parameter[]): number {
  return tensors.reduce((total, { shape }) => total + elements(shape), 0);
}

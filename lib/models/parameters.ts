import type { Network, Node } from './node';

/** The part that a tensor plays in its layer. */
export type ParameterRole = 'kernel' | 'bias' | 'beta' | 'movingMean' | 'movingVariance';

/** One tensor of a network, without its values. */
export interface Parameter {
  /** The layer's path and the role: `stem/conv1/kernel`. */
  readonly name: string;
  readonly role: ParameterRole;
  /** Convolution kernels are [height, width, in, out], the classifier's is [in, out], the others [depth]. */
  readonly shape: readonly number[];
  /** The moving statistics of batch normalisation are not trained. */
  readonly trainable: boolean;
}

const BATCH_NORM: readonly ParameterRole[] = ['beta', 'movingMean', 'movingVariance'];

/** The tensors of one node, kernel first. */
export function nodeParameters(node: Node): readonly Parameter[] {
  const { operation, inputs, shape } = node;
  const depth = shape[2];
  if (operation.kind === 'classifier') {
    return [
      parameter(node, 'kernel', [inputs[0].shape[2], depth]),
      parameter(node, 'bias', [depth]),
    ];
  }
  if (operation.kind === 'residualSum' && operation.batchNorm) {
    return BATCH_NORM.map((role) => parameter(node, role, [depth]));
  }
  if (operation.kind !== 'convolution') {
    return [];
  }
  const kernel = parameter(node, 'kernel', [...operation.kernel, inputs[0].shape[2], depth]);
  const rest = operation.activation === 'relu' ? BATCH_NORM : (['bias'] as const);
  return [kernel, ...rest.map((role) => parameter(node, role, [depth]))];
}

/** Every tensor of a network, in the order in which its nodes are computed. */
export function networkParameters(network: Network): readonly Parameter[] {
  return network.nodes.flatMap(nodeParameters);
}

/** How many numbers a tensor of this shape holds. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function parameter({ name }: Node, role: ParameterRole, shape: readonly number[]): Parameter {
  const trainable = role !== 'movingMean' && role !== 'movingVariance';
  return { name: `${name}/${role}`, role, shape, trainable };
}

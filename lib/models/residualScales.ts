import type { Scalar } from '@tensorflow/tfjs';

import type { Node, Operation, Stage } from './node';

/** Residual scaling by stage, in the place of a network's own; a number is as fixed as that. */
export type ResidualScale = Readonly<Partial<Record<Stage, Scalar | number>>>;

type ResidualSum = Extract<Operation, { kind: 'residualSum' }>;

/**
 * Where the activation scaling of Fig. 20 is applied: to the activations, or, equally, to the weights that make them.
 *
 * The 1x1 convolution before a sum is linear, so that scaling its kernel and bias gives the same sum for a fraction of
 * the work. Where somebody looks at the convolution's own output, the activations are scaled, as in the figure.
 */
export class ResidualScales {
  private readonly linear = new Map<Node, number | Scalar | undefined>();

  /** `nodes` are those that are computed, `outputs` those that somebody looks at. */
  constructor(
    nodes: readonly Node[],
    outputs: readonly Node[],
    private readonly scale: ResidualScale = {},
  ) {
    for (const { operation, inputs } of nodes) {
      if (operation.kind === 'residualSum' && isLinear(inputs[1]) && !outputs.includes(inputs[1])) {
        this.linear.set(inputs[1], this.of(operation));
      }
    }
  }

  /** What kernel and bias of a linear convolution are multiplied by; undefined for nothing. */
  ofLinear(node: Node): number | Scalar | undefined {
    return this.linear.get(node);
  }

  /** What the residual of a sum is still multiplied by; undefined for nothing. */
  ofSum({ operation, inputs }: Node): number | Scalar | undefined {
    const isDone = operation.kind !== 'residualSum' || this.linear.has(inputs[1]);
    return isDone ? undefined : this.of(operation);
  }

  private of({ stage, scale, activation }: ResidualSum): number | Scalar | undefined {
    // The last block of the released networks, without a ReLU, is unscaled whatever the scale of its stage.
    const wanted = activation === 'relu' ? (this.scale[stage] ?? scale) : scale;
    return wanted === 1 ? undefined : wanted;
  }
}

function isLinear({ operation }: Node): boolean {
  return operation.kind === 'convolution' && operation.activation === 'linear';
}

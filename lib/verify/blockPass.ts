import * as tf from '@tensorflow/tfjs';

import { activations, type BatchStatistics } from '../models/forward';
import type { Network, Node } from '../models/node';
import type { ParameterVariables } from '../models/parameterValues';

/** What one pass forward and backward through a network in training gives; to be freed with `dispose`. */
export interface Pass {
  readonly loss: number;
  readonly output: tf.Tensor;
  /** By the name of the parameter; `input` for the network's input. */
  readonly gradients: ReadonlyMap<string, tf.Tensor>;
  readonly statistics: readonly BatchStatistics[];
}

/** The nodes of one block of a network, with an input of its own in place of what stands below. */
export function blockAlone({ name, nodes }: Network, block: string): Network {
  const inside = nodes.filter((node) => node.block === block);
  const [below] = inside.flatMap(({ inputs }) => inputs).filter((node) => !inside.includes(node));
  const alone = new Map<Node, Node>([
    [below, { ...below, operation: { kind: 'input' }, inputs: [] }],
  ]);
  for (const node of inside) {
    alone.set(node, { ...node, inputs: node.inputs.map((from) => alone.get(from) as Node) });
  }
  const copies = [...alone.values()];
  return { name, nodes: copies, output: copies[copies.length - 1] };
}

/**
 * Runs a network in training mode on an input [batch, height, width, depth] and differentiates the loss
 * sum(output * weights) by every trainable variable and by the input.
 */
export function differentiate(
  network: Network,
  variables: ParameterVariables,
  input: tf.Tensor4D,
  weights: tf.Tensor,
): Pass {
  const inputVariable = tf.variable(input);
  const trainable = [...variables].filter(([, variable]) => variable.trainable);
  const statistics: BatchStatistics[] = [];
  let output: tf.Tensor4D | undefined;
  const { value, grads } = tf.variableGrads(() => {
    [output] = activations(
      network,
      [network.output],
      variables,
      inputVariable as tf.Tensor as tf.Tensor4D,
      {
        training: true,
        onStatistics: (layer) => statistics.push(kept(layer)),
      },
    );
    tf.keep(output);
    return output.mul(weights).sum().asScalar();
  }, [...trainable.map(([, variable]) => variable), inputVariable]);
  const gradients = new Map(trainable.map(([name, variable]) => [name, grads[variable.name]]));
  gradients.set('input', grads[inputVariable.name]);
  const loss = value.dataSync()[0];
  tf.dispose([value, inputVariable]);
  return { loss, output: output as unknown as tf.Tensor, gradients, statistics };
}

function kept({ layer, mean, variance }: BatchStatistics): BatchStatistics {
  return { layer, mean: tf.keep(mean), variance: tf.keep(variance) };
}

/** Frees what a pass holds. */
export function disposePass({ output, gradients, statistics }: Pass): void {
  tf.dispose([output, ...gradients.values()]);
  tf.dispose(statistics.flatMap(({ mean, variance }) => [mean, variance]));
}

import { BATCH_NORM_EPSILON, type Node } from '../models/node';
import { classesOf, networkOf, trainingConfig, type Work } from './work';

/**
 * A piece of work as the peers of test/peers read it, ready for JSON: the boxes of the network by name, batch size,
 * precision and the constants of training.
 */
export function peerTask(work: Work) {
  const network = networkOf(work.network);
  const { labelSmoothing, optimizer, batchNormDecay, averageDecay } = trainingConfig(work.network);
  return {
    network: {
      name: work.network.name,
      nodes: network.nodes.map(peerNode),
      output: network.output.name,
      classes: classesOf(network),
    },
    batch: work.network.batch,
    phase: work.phase,
    precision: work.precision,
    training: { labelSmoothing, optimizer, batchNormDecay, averageDecay },
    batchNormEpsilon: BATCH_NORM_EPSILON,
  };
}

function peerNode({ name, operation, inputs, shape }: Node) {
  return { name, ...operation, inputs: inputs.map((input) => input.name), shape };
}

import { type GraphNode, outputOf, type Ref } from './graph';

/**
 * Turns sums of sums into one sum of many: each would write and read an intermediate result as large as a layer.
 *
 * TensorFlow.js adds the gradients of a tensor with several consumers, the input of a block, two at a time.
 */
export function mergeSums(nodes: readonly GraphNode[], outputs: readonly Ref[]): void {
  const consumers = countConsumers(nodes, outputs);
  // From the end on, so that the longest chains are found first.
  for (const node of [...nodes].reverse()) {
    if (isSum(node)) {
      const terms = termsOf(node, consumers);
      if (terms.length > 2) {
        const { T } = node.attributes;
        node.operation = 'AddN';
        node.inputs = terms;
        node.attributes = { T, N: { i: terms.length } };
      }
    }
  }
}

/** What a sum adds up, looking through sums that only it needs. */
function termsOf(sum: GraphNode, consumers: ReadonlyMap<GraphNode, number>): Ref[] {
  return sum.inputs.flatMap((term) =>
    isSum(term.node) && consumers.get(term.node) === 1 ? termsOf(term.node, consumers) : [term],
  );
}

/** Adding two tensors of one shape; with others, one is repeated. */
function isSum({ operation, inputs, outputs }: GraphNode): boolean {
  const isAddition = operation === 'Add' || operation === 'AddV2';
  const [{ shape }] = outputs.length > 0 ? outputs : [{ shape: [] }];
  return isAddition && inputs.every((input) => outputOf(input).shape.join() === shape.join());
}

function countConsumers(nodes: readonly GraphNode[], outputs: readonly Ref[]) {
  const consumers = new Map<GraphNode, number>();
  for (const { node } of [...nodes.flatMap(({ inputs }) => inputs), ...outputs]) {
    consumers.set(node, (consumers.get(node) ?? 0) + 1);
  }
  return consumers;
}

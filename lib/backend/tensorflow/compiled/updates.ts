import type * as tf from '@tensorflow/tfjs';

import { FLOAT, type Graph, type GraphNode, inOrder, type Ref } from './graph';
import { InPlaceUpdates, isInPlaceUpdate } from './inPlaceUpdates';
import type { Recording } from './recorder';
import type { GraphVariables } from './variables';

/** Turns what a recording assigns to variables into nodes that do it, and returns these nodes. */
export function applyUpdates(
  graph: Graph,
  variables: GraphVariables,
  recording: Recording,
): GraphNode[] {
  const roots = [...recording.outputs.values(), ...recording.updates.values()];
  const nodes = inOrder(roots.map(({ node }) => node));
  const inPlace = new InPlaceUpdates(graph, variables);
  const updates = inPlace.replace(nodes.filter(isInPlaceUpdate));
  for (const node of nodes) {
    node.inputs = node.inputs.map((ref) => inPlace.now(ref));
  }
  recording.outputs.forEach((ref, name) => recording.outputs.set(name, inPlace.now(ref)));
  const assigned = [...recording.updates].filter(([, { node }]) => !isInPlaceUpdate(node));
  return [
    ...updates,
    ...assigned.map(([variable, value]) => assign(graph, variables, variable, value)),
  ];
}

function assign(
  graph: Graph,
  variables: GraphVariables,
  variable: tf.Variable,
  value: Ref,
): GraphNode {
  const { handle, lastReader } = variables.pool([variable]);
  const attributes = { dtype: { type: FLOAT } };
  // All reads of a run see the value at its start.
  const control = [lastReader];
  return graph.add('AssignVariableOp', [handle, value], { attributes, control });
}

import type * as tf from '@tensorflow/tfjs';

import { LabError } from '../../../errors';
import { FLOAT, type Graph, type GraphNode, inOrder, type Ref } from './graph';
import { InPlaceUpdates, isInPlaceUpdate } from './inPlaceUpdates';
import type { Recording } from './recorder';
import type { GraphVariables } from './variables';

/**
 * Turns what a recording assigns to variables into nodes that do it, and returns these nodes.
 *
 * Throws a LabError when the results of one of the kit's updates are not assigned to the variables that it changes.
 */
export function applyUpdates(
  graph: Graph,
  variables: GraphVariables,
  recording: Recording,
): GraphNode[] {
  const roots = [...recording.outputs.values(), ...recording.updates.values()];
  const nodes = inOrder(roots.map(({ node }) => node));
  const inPlace = new InPlaceUpdates(graph, variables);
  const changing = nodes.filter(isInPlaceUpdate);
  changing.forEach((update) => requireAssigned(update, inPlace.changed(update), recording));
  const updates = inPlace.replace(changing);
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

/** An update in place changes its variables whatever becomes of its results: they must be assigned to just these. */
function requireAssigned(
  update: GraphNode,
  changed: readonly tf.Variable[],
  { updates }: Recording,
): void {
  const takers = [...updates].filter(([, { node }]) => node === update);
  const isOwn = changed.every(
    (variable, index) =>
      updates.get(variable)?.node === update && updates.get(variable)?.index === index,
  );
  if (!isOwn || takers.length !== changed.length) {
    throw new LabError(
      `The results of ${update.operation} must be assigned to the variables that it was given, and to no others: ` +
        'a compiled step changes these in place.',
    );
  }
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

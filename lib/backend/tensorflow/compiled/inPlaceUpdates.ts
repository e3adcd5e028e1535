import { LabError } from '../../../errors';
import { MOVE_TOWARDS, RMSPROP_UPDATE } from '../../kernelNames';
import { bytesOf, FLOAT, type Graph, type GraphNode, inOrder, type Ref } from './graph';
import type { Recording } from './recorder';
import { type GraphVariable, type GraphVariables, readOf } from './variables';

/**
 * Turns what a recording assigns to variables into nodes that do it, and returns these nodes.
 *
 * The kit's own updates become TensorFlow's operations that change a variable in place: one pass over its numbers instead
 * of one for every multiplication and sum. Whoever uses an updated value reads the variable after its update.
 */
export function applyUpdates(
  graph: Graph,
  variables: GraphVariables,
  recording: Recording,
): GraphNode[] {
  const inPlace = new InPlaceUpdates(graph, variables);
  const updates = [...recording.updates].map(([variable, value]) => {
    const target = variables.of(variable);
    return inPlace.lower(target, value) ?? assign(graph, target, value);
  });
  const outputs = [...recording.outputs.values()].map(({ node }) => node);
  const nodes = inOrder([...outputs, ...updates]);
  inPlace.redirect(nodes, recording.outputs);
  readBeforeWriting(nodes, variables, recording, updates);
  return updates;
}

function assign(graph: Graph, { handle }: GraphVariable, value: Ref): GraphNode {
  const attributes = { dtype: { type: FLOAT } };
  return graph.add('AssignVariableOp', [handle, value], { attributes });
}

/** Lets an update wait until the value before it has been read, where the graph uses that value. */
function readBeforeWriting(
  nodes: readonly GraphNode[],
  variables: GraphVariables,
  recording: Recording,
  updates: readonly GraphNode[],
): void {
  const present = new Set(nodes);
  [...recording.updates.keys()].forEach((variable, index) => {
    const { node: read } = variables.of(variable).read;
    if (present.has(read)) {
      updates[index].control = [...updates[index].control, read];
    }
  });
}

/** The kit's updates of one recording, and where their results are read from now. */
class InPlaceUpdates {
  private readonly moved = new Map<GraphNode, Ref[]>();

  constructor(
    private readonly graph: Graph,
    private readonly variables: GraphVariables,
  ) {}

  /** The node that brings a variable to a value computed by one of the kit's updates; otherwise nothing. */
  lower(target: GraphVariable, { node, index }: Ref): GraphNode | undefined {
    const isUpdate = node.operation === RMSPROP_UPDATE || node.operation === MOVE_TOWARDS;
    if (!isUpdate && !this.moved.has(node)) {
      return undefined;
    }
    const own = this.moved.has(node) ? undefined : this.targets(node);
    if (own) {
      this.rewrite(node, own);
      const reads = own.map(({ handle, variable }) => readOf(this.graph, handle, variable, [node]));
      this.moved.set(node, reads);
    }
    const owner = this.moved.get(node)?.[index]?.node.inputs[0];
    if (owner?.node !== target.handle.node) {
      throw new LabError(`internal: "${target.variable.name}" is assigned another one's update.`);
    }
    return node;
  }

  /** Lets all that used the results of the updates read the variables after them. */
  redirect(nodes: readonly GraphNode[], outputs: Map<string, Ref>): void {
    const after = (ref: Ref) => this.moved.get(ref.node)?.[ref.index] ?? ref;
    for (const node of nodes) {
      if (node.inputs.some((ref) => this.moved.has(ref.node))) {
        node.inputs = node.inputs.map(after);
      }
    }
    outputs.forEach((ref, name) => outputs.set(name, after(ref)));
  }

  /** The variables that an update changes: its first inputs, one for each of its outputs. */
  private targets({ operation, inputs, outputs }: GraphNode): GraphVariable[] {
    return outputs.map((_, index) => {
      const variable = this.variables.readBy(inputs[index]);
      if (!variable) {
        throw new LabError(`internal: input ${index} of ${operation} is not a variable.`);
      }
      return variable;
    });
  }

  private rewrite(node: GraphNode, targets: readonly GraphVariable[]): void {
    const handles = targets.map(({ handle }) => handle);
    const given = node.inputs.slice(targets.length);
    if (node.operation === MOVE_TOWARDS) {
      const [average] = node.inputs;
      const [value, rate] = given;
      const distance = this.graph.ref('Sub', [average, value], node.outputs[0], {
        T: { type: FLOAT },
      });
      node.operation = 'ResourceApplyGradientDescent';
      node.inputs = [...handles, rate, distance];
    } else {
      const [gradient, learningRate] = given;
      const { decay, momentum, epsilon } = node.attributes;
      const constants = [decay, momentum, epsilon].map((one) => this.scalar(one));
      node.operation = 'ResourceApplyRMSProp';
      node.inputs = [...handles, learningRate, ...constants, gradient];
    }
    node.attributes = { T: { type: FLOAT } };
    node.outputs = [];
  }

  private scalar(attribute: GraphNode['attributes'][string]): Ref {
    const value = 'f' in attribute ? attribute.f : NaN;
    return this.graph.constant(FLOAT, [], bytesOf(Float32Array.of(value)));
  }
}

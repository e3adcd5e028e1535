import type * as tf from '@tensorflow/tfjs';

import { LabError } from '../../../errors';
import { FLOAT, type Graph, type GraphNode, type Ref, RESOURCE, shapeMessage } from './graph';

/** A variable of TensorFlow.js in a graph: its place in the session, and its value at the start of a run. */
export interface GraphVariable {
  readonly variable: tf.Variable;
  readonly handle: Ref;
  readonly read: Ref;
}

/** The variables of a session; every graph in it refers to the same ones. */
export class GraphVariables {
  private readonly known = new Map<tf.Variable, GraphVariable>();
  private readonly handles = new Map<GraphNode, GraphVariable>();
  private readonly reads = new Map<GraphNode, GraphVariable>();

  constructor(private readonly graph: Graph) {}

  /** A variable's nodes, made on first use. Throws a LabError for a variable that is not float32. */
  of(variable: tf.Variable): GraphVariable {
    const known = this.known.get(variable);
    if (known) {
      return known;
    }
    if (variable.dtype !== 'float32') {
      throw new LabError(
        `The variable "${variable.name}" is ${variable.dtype}: a compiled step knows float32 variables.`,
      );
    }
    const handle = this.handle(variable);
    const made = { variable, handle, read: readOf(this.graph, handle, variable) };
    this.known.set(variable, made);
    this.handles.set(handle.node, made);
    this.reads.set(made.read.node, made);
    return made;
  }

  /** The variable whose value at the start of a run a reference is, if it is one. */
  readBy({ node }: Ref): GraphVariable | undefined {
    return this.reads.get(node);
  }

  /** The variable that a node is the handle of, if it is one. */
  ofHandle(node: GraphNode): GraphVariable | undefined {
    return this.handles.get(node);
  }

  private handle({ id, shape }: tf.Variable): Ref {
    const attributes = {
      dtype: { type: FLOAT },
      shape: { shape: shapeMessage(shape) },
      shared_name: { s: `variable_${id}` },
    };
    return this.graph.ref('VarHandleOp', [], { dtype: RESOURCE, shape: [] }, attributes);
  }
}

/** A node that reads a variable at a moment that its control inputs decide. */
export function readOf(
  graph: Graph,
  handle: Ref,
  { shape }: tf.Variable,
  control: readonly GraphNode[] = [],
): Ref {
  const attributes = { dtype: { type: FLOAT } };
  const outputs = [{ dtype: FLOAT, shape }];
  return { node: graph.add('ReadVariableOp', [handle], { attributes, outputs, control }), index: 0 };
}

import type * as tf from '@tensorflow/tfjs';

import { LabError } from '../../../errors';
import {
  FLOAT,
  type Graph,
  type GraphNode,
  INT32,
  type Ref,
  RESOURCE,
  shapeMessage,
} from './graph';

/**
 * Variables that are kept side by side in one variable of the session, a vector; or a single one, kept as it is.
 *
 * A network has hundreds of small variables, and every operation on one costs more than its few numbers do.
 */
export interface Pool {
  readonly members: readonly tf.Variable[];
  readonly shape: readonly number[];
  /** Its place in the session. */
  readonly handle: Ref;
  /** Its value at the start of a run, and the node after which nobody needs that value any more. */
  readonly read: Ref;
  readonly lastReader: GraphNode;
}

/** Up to here the copying into and out of a pool costs less than operations of a variable's own do. */
const LARGEST_POOLED = 32_768;

/** Whether a variable is worth keeping in a pool. */
export function isSmall({ size }: tf.Variable): boolean {
  return size <= LARGEST_POOLED;
}

/** The variables of a session; all graphs in it refer to the same ones. */
export class GraphVariables {
  private readonly reads = new Map<tf.Variable, Ref>();
  private readonly variables = new Map<GraphNode, tf.Variable>();
  private readonly pools = new Map<tf.Variable, Pool>();
  /** The handles of the pools that some graph changes. */
  private readonly updated = new Set<GraphNode>();

  constructor(private readonly graph: Graph) {}

  /** A variable's value at the start of a run. Throws a LabError for a variable that is not float32. */
  read(variable: tf.Variable): Ref {
    const known = this.reads.get(variable);
    if (known) {
      return known;
    }
    if (variable.dtype !== 'float32') {
      throw new LabError(
        `The variable "${variable.name}" is ${variable.dtype}: a compiled step knows float32 variables.`,
      );
    }
    const pool = this.create([variable], variable.shape);
    this.reads.set(variable, pool.read);
    this.variables.set(pool.read.node, variable);
    this.pools.set(variable, pool);
    return pool.read;
  }

  /** The variable whose value at the start of a run a reference is. Throws a LabError where it is none. */
  readBy({ node }: Ref): tf.Variable {
    const variable = this.variables.get(node);
    if (!variable) {
      throw new LabError(`internal: "${node.name}" is not the value of a variable.`);
    }
    return variable;
  }

  /** Keeps variables side by side, in this order, from now on; what read them reads a part of their pool. */
  pool(members: readonly tf.Variable[]): Pool {
    const present = this.poolOf(members[0]);
    if (sameMembers(present.members, members)) {
      this.updated.add(present.handle.node);
      return present;
    }
    members.forEach((member) => this.takeOut(member));
    const pool = members.length === 1 ? this.poolOf(members[0]) : this.join(members);
    this.updated.add(pool.handle.node);
    return pool;
  }

  /** Keeps those small variables side by side that graphs only read, until one updates them. */
  poolTheRest(): void {
    const rest = [...this.pools.values()]
      .filter(({ members, handle }) => members.length === 1 && !this.updated.has(handle.node))
      .flatMap(({ members }) => members)
      .filter(isSmall);
    if (rest.length > 1) {
      this.join(rest);
    }
  }

  /** Lets a variable be by itself again. */
  private takeOut(variable: tf.Variable): void {
    const pool = this.poolOf(variable);
    if (pool.members.length === 1) {
      return;
    }
    if (this.updated.has(pool.handle.node)) {
      throw new LabError('internal: two graphs update the same variables in different groups.');
    }
    for (const member of pool.members) {
      const single = this.create([member], member.shape);
      const { node } = this.read(member);
      Object.assign(node, { ...single.read.node, name: node.name });
      const read = { node, index: 0 };
      this.pools.set(member, { ...single, read, lastReader: node });
    }
  }

  private join(members: readonly tf.Variable[]): Pool {
    const length = members.reduce((sum, { size }) => sum + size, 0);
    const pool = this.create(members, [length]);
    const parts = split(this.graph, pool.read, members);
    members.forEach((member, index) => {
      // In place: recorded graphs refer to the node.
      const { node } = this.read(member);
      const { node: part } = this.graph.reshape(parts[index], member.shape);
      Object.assign(node, { ...part, name: node.name });
      this.pools.set(member, { ...pool, lastReader: parts[index].node });
    });
    return this.poolOf(members[0]);
  }

  /** The pools that some nodes work on. */
  usedBy(nodes: readonly GraphNode[]): Pool[] {
    const present = new Set(nodes);
    const all = new Map([...this.pools.values()].map((pool) => [pool.handle.node, pool]));
    return [...all.values()].filter(({ handle }) => present.has(handle.node));
  }

  private poolOf(variable: tf.Variable): Pool {
    this.read(variable);
    return this.pools.get(variable) as Pool;
  }

  private create(members: readonly tf.Variable[], shape: readonly number[]): Pool {
    const attributes = {
      dtype: { type: FLOAT },
      shape: { shape: shapeMessage(shape) },
      shared_name: { s: `variable_${members[0].id}_${members.length}` },
    };
    const output = { dtype: RESOURCE, shape: [] };
    const handle = this.graph.ref('VarHandleOp', [], output, attributes);
    const read = readNow(this.graph, handle, shape);
    return { members, shape, handle, read, lastReader: read.node };
  }
}

/** Reads a variable of the session, when some nodes have run. */
export function readNow(
  graph: Graph,
  handle: Ref,
  shape: readonly number[],
  control: readonly GraphNode[] = [],
): Ref {
  const attributes = { dtype: { type: FLOAT } };
  const outputs = [{ dtype: FLOAT, shape }];
  return {
    node: graph.add('ReadVariableOp', [handle], { attributes, outputs, control }),
    index: 0,
  };
}

/** The parts of a vector that belong to variables, one vector each. */
export function split(graph: Graph, vector: Ref, members: readonly tf.Variable[]): Ref[] {
  const sizes = members.map(({ size }) => size);
  const inputs = [vector, graph.integers(sizes), graph.scalar(INT32, 0)];
  const attributes = {
    T: { type: FLOAT },
    Tlen: { type: INT32 },
    num_split: { i: members.length },
  };
  const outputs = sizes.map((size) => ({ dtype: FLOAT, shape: [size] }));
  const node = graph.add('SplitV', inputs, { attributes, outputs });
  return members.map((_, index) => ({ node, index }));
}

function sameMembers(a: readonly tf.Variable[], b: readonly tf.Variable[]): boolean {
  return a.length === b.length && a.every((member, index) => member === b[index]);
}

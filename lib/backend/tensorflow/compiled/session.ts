import * as tf from '@tensorflow/tfjs';

import { UsageError } from '../../../errors';
import type { NodeBackend } from '../nodeBackend';
import {
  FLOAT,
  type Graph,
  type GraphNode,
  inOrder,
  outputOf,
  type Ref,
  shapeMessage,
} from './graph';
import type { Recording, Tensors } from './recorder';
import { loadSession } from './savedModel';
import type { GraphVariables, Pool } from './variables';

/** A recording with the nodes that carry its updates out. */
export interface Compiled {
  readonly feeds: Recording['feeds'];
  readonly outputs: Recording['outputs'];
  readonly updates: readonly GraphNode[];
}

/** Names of the nodes that a run gives and takes, as the binding wants them. */
interface Signature {
  readonly feeds: readonly string[];
  readonly feedNodes: string;
  /** The nodes of the outputs by name. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** A pool and the nodes that give it a value and tell when that is done. */
interface Setter {
  readonly pool: Pool;
  readonly placeholder: GraphNode;
  readonly done: GraphNode;
}

/**
 * A TensorFlow session with several graphs that share their variables.
 *
 * The session keeps values of the variables of its own: `push` copies them from the variables of TensorFlow.js, `pull`
 * copies them back. Between the two, the variables of TensorFlow.js are out of date.
 */
export class Session {
  private readonly signatures = new Map<string, Signature>();
  private readonly setters: readonly Setter[];
  private readonly id: number;

  constructor(
    private readonly backend: NodeBackend,
    private readonly graph: Graph,
    variables: GraphVariables,
    compiled: ReadonlyMap<string, Compiled>,
  ) {
    const roots = [...compiled].flatMap(([name, one]) => this.sign(name, one));
    this.setters = variables.usedBy(inOrder(roots)).map((pool) => this.setter(pool));
    roots.push(...this.setters.flatMap(({ pool, done }) => [pool.read.node, done]));
    this.id = loadSession(backend.binding, inOrder(roots));
  }

  /**
   * Runs one of the graphs; its updates of variables are done when it returns. Throws a UsageError for a missing
   * feed or result.
   *
   * With `wanted` it gives these outputs only; TensorFlow prepares the graph once for each choice of outputs.
   */
  run(name: string, feeds: Tensors, wanted?: readonly string[]): Record<string, tf.Tensor> {
    const signature = this.signatures.get(name);
    if (!signature) {
      throw new UsageError(
        `No graph "${name}": expected one of ${[...this.signatures.keys()].join(', ')}.`,
      );
    }
    const tensors = signature.feeds.map((feed) => {
      if (!feeds[feed]) {
        throw new UsageError(`The feed "${feed}" of the graph "${name}" is missing.`);
      }
      return feeds[feed];
    });
    const outputs = wanted ?? [...signature.outputs.keys()];
    const fetches = outputs.map((output) => {
      const node = signature.outputs.get(output);
      if (!node) {
        const known = [...signature.outputs.keys()].join(', ');
        throw new UsageError(`The graph "${name}" has no result "${output}", only ${known}.`);
      }
      return node;
    });
    const results = this.execute(signature.feedNodes, tensors, fetches.join(','));
    return Object.fromEntries(outputs.map((output, index) => [output, results[index]]));
  }

  /** Sets the session's variables to values of theirs. */
  push(valueOf: (variable: tf.Variable) => tf.Tensor): void {
    const feeds = this.setters.map(({ placeholder }) => `${placeholder.name}:0`);
    const fetches = this.setters.map(({ done }) => `${done.name}:0`);
    tf.tidy(() => {
      const values = this.setters.map(({ pool }) => joined(pool.members.map(valueOf)));
      this.execute(feeds.join(','), values, fetches.join(','));
    });
  }

  /** Sets the variables of TensorFlow.js to the session's. */
  pull(): void {
    const reads = this.setters.map(({ pool }) => `${pool.read.node.name}:0`);
    tf.tidy(() => {
      const values = this.execute('', [], reads.join(','));
      this.setters.forEach(({ pool }, index) => assignParts(pool.members, values[index]));
    });
  }

  /** Frees the session with its variables. */
  dispose(): void {
    this.backend.binding.deleteSavedModel(this.id);
  }

  private execute(feeds: string, tensors: readonly tf.Tensor[], fetches: string): tf.Tensor[] {
    const { backend } = this;
    if (fetches === '') {
      return [];
    }
    const ids = backend.getInputTensorIds(tensors);
    const results = backend.binding.runSavedModel(this.id, ids, feeds, fetches);
    return results.map((metadata) => backend.createOutputTensor(metadata));
  }

  /** What a run fetches; each of its outputs waits for all of its updates. */
  private sign(name: string, compiled: Compiled): GraphNode[] {
    const outputs = [...compiled.outputs].map(([output, ref]) => ({
      output,
      node: this.identity(ref, compiled.updates),
    }));
    const feeds = [...compiled.feeds];
    this.signatures.set(name, {
      feeds: feeds.map(([feed]) => feed),
      feedNodes: feeds.map(([, node]) => `${node.name}:0`).join(','),
      outputs: new Map(outputs.map(({ output, node }) => [output, `${node.name}:0`])),
    });
    // A feed that nothing uses must be in the graph all the same, for it is given.
    return [...outputs.map(({ node }) => node), ...feeds.map(([, node]) => node)];
  }

  private setter(pool: Pool): Setter {
    const { handle, shape } = pool;
    const placeholder = this.graph.add('Placeholder', [], {
      attributes: { dtype: { type: FLOAT }, shape: { shape: shapeMessage(shape) } },
      outputs: [{ dtype: FLOAT, shape }],
    });
    const assign = this.graph.add('AssignVariableOp', [handle, { node: placeholder, index: 0 }], {
      attributes: { dtype: { type: FLOAT } },
    });
    return { pool, placeholder, done: this.identity(this.graph.scalar(FLOAT, 1), [assign]) };
  }

  private identity(ref: Ref, control: readonly GraphNode[]): GraphNode {
    const output = outputOf(ref);
    const attributes = { T: { type: output.dtype } };
    return this.graph.add('Identity', [ref], { attributes, outputs: [output], control });
  }
}

/** Tensors side by side as a vector; a single one as it is. */
function joined(values: readonly tf.Tensor[]): tf.Tensor {
  return values.length === 1 ? values[0] : tf.concat(values.map((value) => value.flatten()));
}

function assignParts(members: readonly tf.Variable[], value: tf.Tensor): void {
  if (members.length === 1) {
    members[0].assign(value);
    return;
  }
  const sizes = members.map(({ size }) => size);
  const parts = tf.split(value, sizes);
  members.forEach((member, index) => member.assign(parts[index].reshape(member.shape)));
}

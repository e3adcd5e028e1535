import * as tf from '@tensorflow/tfjs';

import { UsageError } from '../../../errors';
import type { NodeBackend } from '../nodeBackend';
import { bytesOf, FLOAT, type Graph, type GraphNode, inOrder, outputOf, type Ref, shapeMessage } from './graph';
import type { Recording, Tensors } from './recorder';
import { loadSession } from './savedModel';
import type { GraphVariable, GraphVariables } from './variables';

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
  readonly outputs: readonly string[];
  readonly outputNodes: string;
}

/** Nodes that give a variable a value and tell when that is done. */
interface Setter {
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
  private readonly setters = new Map<tf.Variable, Setter>();
  private readonly id: number;
  /** Nodes in the graph of the session. */
  readonly size: number;

  constructor(
    private readonly backend: NodeBackend,
    private readonly graph: Graph,
    private readonly variables: GraphVariables,
    compiled: ReadonlyMap<string, Compiled>,
  ) {
    const roots = [...compiled].flatMap(([name, one]) => this.sign(name, one));
    const used = inOrder(roots).flatMap((node) => variables.ofHandle(node) ?? []);
    roots.push(...used.flatMap((variable) => this.setter(variable)));
    const nodes = inOrder(roots);
    this.size = nodes.length;
    this.id = loadSession(backend.binding, nodes);
  }

  /** Runs one of the graphs; its updates of variables are done when it returns. Throws a UsageError for a missing feed. */
  run(name: string, feeds: Tensors): Record<string, tf.Tensor> {
    const signature = this.signatures.get(name);
    if (!signature) {
      throw new UsageError(`No graph "${name}": expected one of ${[...this.signatures.keys()].join(', ')}.`);
    }
    const tensors = signature.feeds.map((feed) => {
      if (!feeds[feed]) {
        throw new UsageError(`The feed "${feed}" of the graph "${name}" is missing.`);
      }
      return feeds[feed];
    });
    const results = this.execute(signature.feedNodes, tensors, signature.outputNodes);
    return Object.fromEntries(signature.outputs.map((output, index) => [output, results[index]]));
  }

  /** Sets the session's variables to those of TensorFlow.js, all or some. */
  push(variables: Iterable<tf.Variable> = this.setters.keys()): void {
    const chosen = [...variables].flatMap((variable) => {
      const setter = this.setters.get(variable);
      return setter ? [{ variable, ...setter }] : [];
    });
    const feeds = chosen.map(({ placeholder }) => `${placeholder.name}:0`).join(',');
    const fetches = chosen.map(({ done }) => `${done.name}:0`).join(',');
    tf.dispose(this.execute(feeds, chosen.map(({ variable }) => variable), fetches));
  }

  /** Sets the variables of TensorFlow.js to the session's, all or some. */
  pull(variables: Iterable<tf.Variable> = this.setters.keys()): void {
    const chosen = [...variables].filter((variable) => this.setters.has(variable));
    const reads = chosen.map((variable) => `${this.variables.of(variable).read.node.name}:0`);
    const values = this.execute('', [], reads.join(','));
    chosen.forEach((variable, index) => variable.assign(values[index]));
    tf.dispose(values);
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
      outputs: outputs.map(({ output }) => output),
      outputNodes: outputs.map(({ node }) => `${node.name}:0`).join(','),
    });
    // A feed that nothing uses must be in the graph all the same, for it is given.
    return [...outputs.map(({ node }) => node), ...feeds.map(([, node]) => node)];
  }

  private setter({ variable, handle, read }: GraphVariable): GraphNode[] {
    const attributes = { dtype: { type: FLOAT }, shape: { shape: shapeMessage(variable.shape) } };
    const outputs = [{ dtype: FLOAT, shape: variable.shape }];
    const placeholder = this.graph.add('Placeholder', [], { attributes, outputs });
    const assign = this.graph.add('AssignVariableOp', [handle, { node: placeholder, index: 0 }], {
      attributes: { dtype: { type: FLOAT } },
    });
    const one = this.graph.constant(FLOAT, [], bytesOf(Float32Array.of(1)));
    const done = this.identity(one, [assign]);
    this.setters.set(variable, { placeholder, done });
    return [read.node, done];
  }

  private identity(ref: Ref, control: readonly GraphNode[]): GraphNode {
    const output = outputOf(ref);
    const attributes = { T: { type: output.dtype } };
    return this.graph.add('Identity', [ref], { attributes, outputs: [output], control });
  }
}

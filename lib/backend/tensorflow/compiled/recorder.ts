import * as tf from '@tensorflow/tfjs';
import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';

import { LabError } from '../../../errors';
import type { NodeBackend } from '../nodeBackend';
import { attributesOf } from './attributes';
import {
  type Attributes,
  type Graph,
  type GraphNode,
  type Output,
  outputOf,
  type Ref,
  shapeMessage,
} from './graph';
import { literal } from './literals';
import { outputsByRunning, phantom } from './phantoms';
import { inferOutputs } from './shapes';
import type { GraphVariables } from './variables';

export type Tensors = Readonly<Record<string, tf.Tensor>>;

/** What a function did with tensors, as a graph. */
export interface Recording {
  /** What is given anew at every run, in the order of its declaration. */
  readonly feeds: ReadonlyMap<string, GraphNode>;
  readonly outputs: Map<string, Ref>;
  /** The new values of the variables that the function assigned. */
  readonly updates: Map<tf.Variable, Ref>;
}

/**
 * Runs a function once and records the TensorFlow operations that it asks for, without carrying them out.
 *
 * Its tensors have types and shapes and no content, so that recording a large network takes neither the time nor the
 * memory of a step. `feeds` are the tensors that it reads and that change from run to run; variables need not be declared.
 * The run has no effect on variables. What a graph cannot repeat faithfully throws a LabError that names the operation: a
 * tensor read into JavaScript, an input that is not declared, numbers made in JavaScript (a dropout mask of tf.dropout).
 */
export function record(
  backend: NodeBackend,
  graph: Graph,
  variables: GraphVariables,
  feeds: Tensors,
  step: () => Tensors,
): Recording {
  return new Recorder(backend, graph, variables).run(feeds, step);
}

/** One recording in progress. */
export class Recorder {
  /** Where the data of a tensor comes from; tensors that share their data share the entry. */
  private readonly refs = new Map<tf.DataId, Ref>();
  /** The variable that data belonged to when the recording began. */
  private readonly owners = new Map<tf.DataId, tf.Variable>();
  /** Data that JavaScript gave to TensorFlow during the recording. */
  private readonly written = new Set<tf.DataId>();

  constructor(
    private readonly backend: NodeBackend,
    private readonly graph: Graph,
    private readonly variables: GraphVariables,
  ) {}

  run(feeds: Tensors, step: () => Tensors): Recording {
    const placeholders = this.declare(feeds);
    const before = snapshots();
    before.forEach(({ dataId }, variable) => this.owners.set(dataId, variable));
    this.watch();
    try {
      const outputs = new Map<string, Ref>();
      const updates = new Map<tf.Variable, Ref>();
      tf.tidy(() => {
        Object.entries(step()).forEach(([name, tensor]) => {
          outputs.set(name, this.refOf(tensor, name));
        });
        this.changed(before).forEach((variable) => {
          updates.set(variable, this.refOf(variable, variable.name));
        });
      });
      return { feeds: placeholders, outputs, updates };
    } finally {
      this.unwatch();
      before.forEach((value, variable) => variable.assign(value));
      tf.dispose([...before.values()]);
    }
  }

  /** Records one operation of the kit, whose results have the types and shapes of its first inputs. */
  recordUpdate(
    operation: string,
    attributes: readonly TFEOpAttr[],
    inputs: readonly tf.TensorInfo[],
    results: number,
  ): tf.Tensor[] {
    const refs = this.refsOf(operation, inputs);
    const outputs = refs.slice(0, results).map(outputOf);
    return this.note(operation, attributesOf(this.backend.binding, attributes), refs, outputs);
  }

  private declare(feeds: Tensors): Map<string, GraphNode> {
    const entries = Object.entries(feeds).map(([name, tensor]) => {
      const dtype = this.backend.tensorMap.get(tensor.dataId).dtype;
      const attributes = { dtype: { type: dtype }, shape: { shape: shapeMessage(tensor.shape) } };
      const ref = this.graph.ref('Placeholder', [], { dtype, shape: tensor.shape }, attributes);
      this.refs.set(tensor.dataId, ref);
      return [name, ref.node] as const;
    });
    return new Map(entries);
  }

  /** Puts itself between TensorFlow.js and the backend; own properties of the instance hide its methods. */
  private watch(): void {
    const { backend } = this;
    const stock = Object.getPrototypeOf(backend) as NodeBackend;
    backend.recorder = this;
    backend.executeSingleOutput = (name, attributes, inputs) =>
      this.observe(name, attributes, inputs, 1)[0];
    backend.executeMultipleOutputs = (name, attributes, inputs, outputs) =>
      this.observe(name, attributes, inputs, outputs);
    backend.readSync = (dataId) => {
      this.refuseReading(dataId);
      return stock.readSync.call(backend, dataId);
    };
    backend.write = (values, shape, dtype) => {
      const dataId = stock.write.call(backend, values, shape, dtype);
      this.written.add(dataId);
      return dataId;
    };
  }

  private unwatch(): void {
    const own = this.backend as Partial<NodeBackend>;
    delete own.recorder;
    delete own.executeSingleOutput;
    delete own.executeMultipleOutputs;
    delete own.readSync;
    delete own.write;
  }

  /** Records an operation in the place of running it. */
  private observe(
    operation: string,
    given: TFEOpAttr[],
    inputs: readonly tf.TensorInfo[],
    results: number,
  ): tf.Tensor[] {
    const refs = this.refsOf(operation, inputs);
    refuseFrozenSeed(operation, refs);
    const attributes = attributesOf(this.backend.binding, given);
    const outputs =
      inferOutputs(operation, refs, attributes) ??
      outputsByRunning(this.backend, operation, given, inputs, results);
    return this.note(operation, attributes, refs, outputs);
  }

  private note(
    operation: string,
    attributes: Attributes,
    inputs: readonly Ref[],
    outputs: readonly Output[],
  ): tf.Tensor[] {
    const node = this.graph.add(operation, inputs, { attributes, outputs });
    return outputs.map((output, index) => {
      const tensor = phantom(this.backend, output);
      this.refs.set(tensor.dataId, { node, index });
      return tensor;
    });
  }

  private refsOf(operation: string, inputs: readonly tf.TensorInfo[]): Ref[] {
    return inputs.map((tensor) => this.refOf(tensor, operation));
  }

  private refOf({ dataId, shape }: tf.TensorInfo, user: string): Ref {
    let ref = this.refs.get(dataId);
    if (!ref) {
      ref = this.firstRefOf(dataId, shape, user);
      this.refs.set(dataId, ref);
    }
    const isSame = tf.util.arraysEqual([...outputOf(ref).shape], shape);
    return isSame ? ref : this.graph.reshape(ref, shape);
  }

  private firstRefOf(dataId: tf.DataId, shape: readonly number[], user: string): Ref {
    const owner = this.owners.get(dataId);
    if (owner) {
      return this.variables.read(owner);
    }
    if (!this.written.has(dataId)) {
      throw new LabError(
        `"${user}" uses a tensor [${shape.join(', ')}] that was made before the step and is not declared as a feed: ` +
          'a compiled step would see its present numbers for ever. Pass it as a feed or make it a tf.variable.',
      );
    }
    return literal(this.graph, this.backend, dataId, user);
  }

  private refuseReading(dataId: tf.DataId): void {
    const source = this.refs.get(dataId)?.node.operation ?? this.owners.get(dataId)?.name;
    if (source !== undefined && source !== 'Const' && source !== 'Fill') {
      throw new LabError(
        `The result of "${source}" is read into JavaScript (dataSync, data or arraySync) within the step: ` +
          'a compiled step would repeat this one number for ever. Return the tensor and read it after the step.',
      );
    }
  }

  private changed(before: ReadonlyMap<tf.Variable, tf.Tensor>): tf.Variable[] {
    const isChanged = ([variable, { dataId }]: [tf.Variable, tf.Tensor]) =>
      variable.dataId !== dataId;
    return [...before].filter(isChanged).map(([variable]) => variable);
  }
}

/** Random numbers from a constant seed would be the same at every step. */
function refuseFrozenSeed(operation: string, inputs: readonly Ref[]): void {
  if (operation.startsWith('StatelessRandom') && inputs[1].node.operation === 'Const') {
    throw new LabError(
      `"${operation}" has a constant seed: a compiled step would draw the same numbers for ever. Pass the seed as a feed.`,
    );
  }
}

/** Every variable and a tensor that keeps its present value; no two share their data afterwards. */
function snapshots(): Map<tf.Variable, tf.Tensor> {
  const seen = new Set<tf.DataId>();
  const variables = Object.values(tf.engine().state.registeredVariables);
  return new Map(
    variables.map((variable) => {
      if (seen.has(variable.dataId)) {
        // A variable made from another one shares its data until one of them is assigned.
        tf.tidy(() => variable.assign(variable.mul(1)));
      }
      seen.add(variable.dataId);
      return [variable, tf.keep(variable.clone())];
    }),
  );
}

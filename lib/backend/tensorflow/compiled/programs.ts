import type * as tf from '@tensorflow/tfjs';

import { UsageError } from '../../../errors';
import type { Precision } from '../../executionChoices';
import { nodeBackend } from '../nodeBackend';
import { Bfloat16Layers } from './bfloat16';
import { biasesAsSuch } from './biases';
import { Graph, inOrder } from './graph';
import { pointwiseAsProducts } from './pointwise';
import { record, type Tensors } from './recorder';
import { requireBfloat16 } from './requireBfloat16';
import { type Compiled, Session } from './session';
import { mergeSums } from './sums';
import { applyUpdates } from './updates';
import { GraphVariables } from './variables';

/** A function on tensors that becomes a graph, and the tensors that it is given anew at every run. */
export interface Program<Results extends Tensors> {
  readonly feeds: Tensors;
  readonly run: () => Results;
}

/**
 * Functions on tensors, compiled into graphs of one TensorFlow session, which share their variables.
 *
 * The session has values of its own for the variables: those that the variables of TensorFlow.js had when a function was
 * added, and then what its runs make of them. `pull` brings the variables of TensorFlow.js up to date, `push` the session.
 */
export class CompiledPrograms {
  private readonly backend = nodeBackend();
  private readonly graph = new Graph();
  private readonly variables = new GraphVariables(this.graph);
  private readonly compiled = new Map<string, Compiled>();
  private readonly bfloat16: Bfloat16Layers | undefined;
  private session: Session | undefined;

  /** Throws a UsageError for bfloat16 where the machine has no fast arithmetic for it. */
  constructor(precision: Precision = 'float32') {
    if (precision === 'bfloat16') {
      requireBfloat16(this.backend.isUsingGpuDevice);
      this.bfloat16 = new Bfloat16Layers(this.graph);
    }
  }

  /** Whether there is a graph of this name. */
  has(name: string): boolean {
    return this.compiled.has(name);
  }

  /**
   * Compiles functions and adds them to the session; each runs once, without effect on variables (see `record`).
   *
   * Throws a LabError for what a graph cannot repeat faithfully.
   */
  add(programs: Readonly<Record<string, Program<Tensors>>>): void {
    this.pull();
    for (const [name, program] of Object.entries(programs)) {
      this.compiled.set(name, this.compile(program));
    }
    this.variables.poolTheRest();
    this.dispose();
    this.session = new Session(this.backend, this.graph, this.variables, this.compiled);
    this.push();
  }

  private compile({ feeds, run }: Program<Tensors>): Compiled {
    const recording = record(this.backend, this.graph, this.variables, feeds, run);
    const results = [...recording.outputs.values(), ...recording.updates.values()];
    const nodes = inOrder(results.map(({ node }) => node));
    mergeSums(nodes, results);
    biasesAsSuch(nodes);
    if (!this.backend.isUsingGpuDevice) {
      pointwiseAsProducts(this.graph, nodes);
    }
    const updates = applyUpdates(this.graph, this.variables, recording);
    const compiled = { ...recording, updates };
    this.bfloat16?.lower(compiled);
    return compiled;
  }

  /**
   * Runs a graph; its updates of variables are done when it returns. With `wanted` it gives these results only, and does
   * not compute what the others alone need. Throws a UsageError for a missing graph, feed or result.
   */
  run(name: string, feeds: Tensors, wanted?: readonly string[]): Record<string, tf.Tensor> {
    if (!this.session) {
      throw new UsageError(`There is no graph "${name}": add it first.`);
    }
    return this.session.run(name, feeds, wanted);
  }

  /** Sets the session's variables to those of TensorFlow.js, or to other values of the same shapes. */
  push(valueOf: (variable: tf.Variable) => tf.Tensor = (variable) => variable): void {
    this.session?.push(valueOf);
  }

  /** Sets the variables of TensorFlow.js to the session's. */
  pull(): void {
    this.session?.pull();
  }

  /** Frees the session. */
  dispose(): void {
    this.session?.dispose();
    this.session = undefined;
  }
}

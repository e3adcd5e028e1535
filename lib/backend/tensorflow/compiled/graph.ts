import { createHash } from 'node:crypto';

import { LabError } from '../../../errors';

/** TensorFlow's numbers for its types (types.proto). */
export const FLOAT = 1;
export const INT32 = 3;
export const BOOL = 10;
export const BFLOAT16 = 14;
export const RESOURCE = 20;

/** The value of an attribute of a TensorFlow operation, as attr_value.proto has it. */
export type Attribute =
  | { readonly s: string }
  | { readonly i: number }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly type: number }
  | { readonly shape: ShapeMessage }
  | { readonly tensor: TensorMessage }
  | { readonly list: AttributeList };

/** A list attribute; exactly one of the fields is there. */
export interface AttributeList {
  readonly s?: readonly string[];
  readonly i?: readonly number[];
  readonly f?: readonly number[];
  readonly b?: readonly boolean[];
  readonly type?: readonly number[];
}

/** tensor_shape.proto. */
export interface ShapeMessage {
  readonly dim: readonly { readonly size: number }[];
}

/** tensor.proto; `tensorContent` holds the numbers in the byte order of the machine. */
export interface TensorMessage {
  readonly dtype: number;
  readonly tensorShape: ShapeMessage;
  readonly tensorContent: Uint8Array;
}

export type Attributes = Readonly<Record<string, Attribute>>;

/** Type and shape of one output of an operation. */
export interface Output {
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** One output of a node. */
export interface Ref {
  readonly node: GraphNode;
  readonly index: number;
}

/** An operation in a graph. Passes rewrite nodes in place, so that what uses their outputs goes on using them. */
export interface GraphNode {
  readonly name: string;
  operation: string;
  inputs: readonly Ref[];
  attributes: Attributes;
  outputs: readonly Output[];
  /** Nodes that must have run before, though nothing flows from them. */
  control: readonly GraphNode[];
}

/** What a new node may leave out. */
interface NodeOptions {
  readonly attributes?: Attributes;
  readonly outputs?: readonly Output[];
  readonly control?: readonly GraphNode[];
}

/** A TensorFlow graph under construction: gives nodes their names and keeps one node for equal constants. */
export class Graph {
  private readonly counts = new Map<string, number>();
  private readonly constants = new Map<string, Ref>();

  /** A new node, named after its operation. */
  add(operation: string, inputs: readonly Ref[], options: NodeOptions = {}): GraphNode {
    const { attributes = {}, outputs = [], control = [] } = options;
    return { name: this.name(operation), operation, inputs, attributes, outputs, control };
  }

  /** A new node with a single output, and that output. */
  ref(operation: string, inputs: readonly Ref[], output: Output, attributes: Attributes = {}): Ref {
    return { node: this.add(operation, inputs, { attributes, outputs: [output] }), index: 0 };
  }

  /** A constant from its bytes. */
  constant(dtype: number, shape: readonly number[], bytes: Uint8Array): Ref {
    const key = [dtype, shape.join('x'), createHash('sha1').update(bytes).digest('hex')].join(' ');
    const known = this.constants.get(key);
    if (known) {
      return known;
    }
    const tensor = { dtype, tensorShape: shapeMessage(shape), tensorContent: bytes };
    const attributes = { dtype: { type: dtype }, value: { tensor } };
    const made = this.ref('Const', [], { dtype, shape }, attributes);
    this.constants.set(key, made);
    return made;
  }

  /** A constant number. */
  scalar(dtype: typeof FLOAT | typeof INT32, value: number): Ref {
    const numbers = dtype === FLOAT ? Float32Array.of(value) : Int32Array.of(value);
    return this.constant(dtype, [], bytesOf(numbers));
  }

  /** A constant vector of whole numbers: a shape, axes, a permutation. */
  integers(values: readonly number[]): Ref {
    return this.constant(INT32, [values.length], bytesOf(Int32Array.from(values)));
  }

  /** A constant of which all elements are equal; only one of them is stored. */
  fill(dtype: number, shape: readonly number[], element: Uint8Array): Ref {
    const inputs = [this.integers(shape), this.constant(dtype, [], element)];
    const attributes = { T: { type: dtype }, index_type: { type: INT32 } };
    return this.ref('Fill', inputs, { dtype, shape }, attributes);
  }

  /** The same elements under another shape. */
  reshape(x: Ref, shape: readonly number[]): Ref {
    const { dtype } = outputOf(x);
    const attributes = { T: { type: dtype }, Tshape: { type: INT32 } };
    return this.ref('Reshape', [x, this.integers(shape)], { dtype, shape }, attributes);
  }

  private name(operation: string): string {
    // A name may not begin with the underscore of TensorFlow's fused operations.
    const stem = operation.replace(/^_/, '');
    const count = this.counts.get(stem) ?? 0;
    this.counts.set(stem, count + 1);
    return `${stem}_${count}`;
  }
}

/** Type and shape of what a reference points at. */
export function outputOf({ node, index }: Ref): Output {
  return node.outputs[index];
}

/** How many elements a shape has. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The bytes of a typed array, not copied. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A shape as its message. */
export function shapeMessage(shape: readonly number[]): ShapeMessage {
  return { dim: shape.map((size) => ({ size })) };
}

/** All nodes that some nodes need, each after those that it needs. Throws a LabError when they form a circle. */
export function inOrder(roots: Iterable<GraphNode>): GraphNode[] {
  const order: GraphNode[] = [];
  const state = new Map<GraphNode, 'open' | 'done'>();
  // An explicit stack: a deep network is a chain of thousands of nodes.
  const stack = [...roots].reverse();
  while (stack.length > 0) {
    const node = stack[stack.length - 1];
    if (state.has(node)) {
      stack.pop();
      if (state.get(node) === 'open') order.push(node);
      state.set(node, 'done');
      continue;
    }
    state.set(node, 'open');
    for (const needed of neededBy(node)) {
      if (state.get(needed) === 'open') {
        throw new LabError(`internal: the graph has a circle through "${needed.name}".`);
      }
      if (!state.has(needed)) stack.push(needed);
    }
  }
  return order;
}

function neededBy({ inputs, control }: GraphNode): GraphNode[] {
  return [...inputs.map(({ node }) => node), ...control];
}

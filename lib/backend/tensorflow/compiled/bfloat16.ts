import {
  BFLOAT16,
  elements,
  FLOAT,
  type Graph,
  type GraphNode,
  inOrder,
  outputOf,
  type Ref,
} from './graph';
import type { Compiled } from './session';

/** Which inputs and outputs of an operation can be bfloat16, by index. */
interface Lowering {
  readonly inputs: (node: GraphNode) => readonly number[];
  readonly outputs: (node: GraphNode) => readonly number[];
  /** The heavy ones: always in bfloat16. The others only where their input is already, to avoid conversions. */
  readonly always?: true;
}

const all = (refs: readonly unknown[]) => refs.map((_, index) => index);
const only = (...indices: number[]) => ({
  inputs: () => indices,
  outputs: () => [0],
});

/** The operations between and in the layers of a network. Statistics, weights, slots and the loss stay float32. */
const LOWERINGS: Readonly<Record<string, Lowering>> = {
  Conv2D: { ...only(0, 1), always: true },
  Conv2DBackpropInput: { ...only(1, 2), always: true },
  Conv2DBackpropFilter: { ...only(0, 2), always: true },
  MatMul: { ...only(0, 1), always: true },
  FusedBatchNormV3: only(0),
  FusedBatchNormGradV3: only(0, 1),
  Relu: only(0),
  ReluGrad: only(0, 1),
  Add: only(0, 1),
  AddV2: only(0, 1),
  Mul: only(0, 1),
  Reshape: only(0),
  Transpose: only(0),
  MaxPool: only(0),
  MaxPoolGrad: only(0, 1, 2),
  AvgPool: only(0),
  AvgPoolGrad: only(1),
  AddN: { inputs: ({ inputs }) => all(inputs), outputs: () => [0] },
  // The last input is the axis.
  ConcatV2: { inputs: ({ inputs }) => all(inputs.slice(1)), outputs: () => [0] },
  Slice: only(0),
  SplitV: { inputs: () => [0], outputs: ({ outputs }) => all(outputs) },
};

/** Between the heavy ones, smaller results are faster in float32: for them bfloat16 saves less than it costs. */
const SMALLEST = 262_144;

/**
 * Lets the layers of graphs compute in bfloat16, with float32 weights, statistics, optimizer and loss.
 *
 * bfloat16 has the range of float32 and 8 bits of precision; processors and GPUs that know it multiply it faster and move
 * half the bytes.
 */
export class Bfloat16Layers {
  private readonly casts: Casts;
  /** Graphs of a session share nodes. */
  private readonly done = new Set<GraphNode>();

  constructor(graph: Graph) {
    this.casts = new Casts(graph);
  }

  /** Lowers a graph that is not in the session yet. */
  lower({ outputs, updates }: Compiled): void {
    const results = [...outputs.values()].map(({ node }) => node);
    for (const node of inOrder([...results, ...updates])) {
      if (!this.done.has(node)) {
        this.done.add(node);
        this.lowerNode(node);
      }
    }
    outputs.forEach((ref, name) => outputs.set(name, this.casts.to(FLOAT, ref)));
  }

  private lowerNode(node: GraphNode): void {
    const indices = lowerable(node);
    node.inputs = node.inputs.map((ref, index) =>
      this.casts.to(indices.includes(index) ? BFLOAT16 : FLOAT, ref),
    );
    if (indices.length === 0) {
      return;
    }
    node.attributes = { ...node.attributes, T: { type: BFLOAT16 } };
    const low = LOWERINGS[node.operation].outputs(node);
    node.outputs = node.outputs.map((output, index) =>
      low.includes(index) ? { ...output, dtype: BFLOAT16 } : output,
    );
  }
}

/** The inputs that a node takes in bfloat16; none where it stays as it is. */
function lowerable(node: GraphNode): readonly number[] {
  const lowering: Lowering | undefined = LOWERINGS[node.operation];
  const type = node.attributes.T;
  if (!lowering || !type || !('type' in type) || type.type !== FLOAT) {
    return [];
  }
  const indices = lowering.inputs(node);
  const isLow = indices.some((index) => outputOf(node.inputs[index]).dtype === BFLOAT16);
  const size = elements(node.outputs[0].shape);
  return lowering.always || (isLow && size >= SMALLEST) ? indices : [];
}

/** Conversions, one for each value and direction. */
class Casts {
  private readonly made = new Map<string, Ref>();

  constructor(private readonly graph: Graph) {}

  /** A value as float32 or bfloat16; values of other types stay as they are. */
  to(dtype: typeof FLOAT | typeof BFLOAT16, ref: Ref): Ref {
    const { dtype: from, shape } = outputOf(ref);
    if (from === dtype || (from !== FLOAT && from !== BFLOAT16)) {
      return ref;
    }
    const key = `${ref.node.name}:${ref.index} ${dtype}`;
    const known = this.made.get(key);
    const attributes = { SrcT: { type: from }, DstT: { type: dtype } };
    const cast = known ?? this.graph.ref('Cast', [ref], { dtype, shape }, attributes);
    this.made.set(key, cast);
    return cast;
  }
}

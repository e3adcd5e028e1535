import {
  type Attribute,
  elements,
  FLOAT,
  type Graph,
  type GraphNode,
  outputOf,
  type Ref,
} from './graph';

/** Operands of a matrix product that does the work of a convolution. */
interface Product {
  readonly a: Ref;
  readonly b: Ref;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * Turns convolutions 1x1 with stride 1, and their filter gradients, into matrix products; exact.
 *
 * Over all positions, images [positions, input depth] times filter [input depth, output depth] is the convolution, which
 * oneDNN's convolutions take a little longer for. On a GPU it would only be in the way of cuDNN.
 */
export function pointwiseAsProducts(graph: Graph, nodes: readonly GraphNode[]): void {
  for (const node of nodes) {
    const product = productOf(graph, node);
    if (product) {
      becomeProduct(graph, node, product);
    }
  }
}

function productOf(graph: Graph, node: GraphNode): Product | undefined {
  if (node.operation === 'Conv2D' && isPointwise(node, outputOf(node.inputs[1]).shape)) {
    const [x, filter] = node.inputs;
    const source = transposed(filter);
    const b = asMatrix(graph, source ?? filter);
    return { a: asMatrix(graph, x), b, transposeA: false, transposeB: source !== undefined };
  }
  if (node.operation === 'Conv2DBackpropFilter' && isPointwise(node, node.outputs[0].shape)) {
    const [x, , dy] = node.inputs;
    return { a: asMatrix(graph, x), b: asMatrix(graph, dy), transposeA: true, transposeB: false };
  }
  return undefined;
}

function isPointwise({ attributes }: GraphNode, [height, width]: readonly number[]): boolean {
  return height === 1 && width === 1 && integers(attributes.strides).every((step) => step === 1);
}

/** What a reference is the transpose of, in its last two dimensions (so the input gradient has its filter). */
function transposed({ node }: Ref): Ref | undefined {
  return node.operation === 'Transpose' ? node.inputs[0] : undefined;
}

function becomeProduct(
  graph: Graph,
  node: GraphNode,
  { a, b, transposeA, transposeB }: Product,
): void {
  const [{ shape }] = node.outputs;
  const columns = shape[shape.length - 1];
  const output = { dtype: FLOAT, shape: [elements(shape) / columns, columns] };
  const product = graph.ref('MatMul', [a, b], output, {
    T: { type: FLOAT },
    transpose_a: { b: transposeA },
    transpose_b: { b: transposeB },
  });
  const { operation, inputs, attributes } = graph.reshape(product, shape).node;
  Object.assign(node, { operation, inputs, attributes });
}

/** All dimensions but the last as rows. */
function asMatrix(graph: Graph, x: Ref): Ref {
  const { shape } = outputOf(x);
  const columns = shape[shape.length - 1];
  return graph.reshape(x, [elements(shape) / columns, columns]);
}

function integers(attribute: Attribute): readonly number[] {
  return 'list' in attribute ? (attribute.list.i ?? []) : [];
}

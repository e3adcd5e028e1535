import { UsageError } from '../../errors';
import type { Network, Node } from '../../models/node';
import { boxKind, boxLines, gridText } from './boxTexts';
import { type Arrow, type Box, type Diagram, trunk } from './diagram';

/** A block of a network, the nodes that it is made of and the node outside that it stands on. */
export interface Block {
  readonly input: Node;
  readonly nodes: readonly Node[];
}

/** The nodes of a block. Throws a UsageError that lists the blocks when the network has none of that name. */
export function findBlock(network: Network, block: string): Block {
  const nodes = network.nodes.filter((node) => node.block === block);
  const [input] = nodes.flatMap(({ inputs }) => inputs).filter((node) => node.block !== block);
  if (input === undefined) {
    const names = new Set(network.nodes.slice(1).map((node) => node.block));
    throw new UsageError(
      `${network.name} has no block "${block}": expected one of ${[...names].join(', ')}.`,
    );
  }
  return { input, nodes };
}

/**
 * The boxes of a block, one for each of its nodes; a residual sum is a "+" and, above it, its "Relu activation".
 * The grid stands beside what the whole block passes through, and beside every concatenation.
 */
export function blockDiagram(
  { input, nodes }: Block,
  linesOf: (node: Node) => readonly string[] = boxLines,
): Diagram {
  const boxes: Box[] = [standingOn(input)];
  const arrows: Arrow[] = [];
  const tops = new Map<Node, Box>([[input, boxes[0]]]);
  for (const node of nodes) {
    const box = { id: node.name, kind: boxKind(node), lines: linesOf(node), nodes: [node] };
    boxes.push(box);
    node.inputs.forEach((below, index) =>
      arrows.push({ from: tops.get(below) as Box, to: box, label: arrowLabel(node, index) }),
    );
    const activation = activationAbove(node);
    if (activation) {
      boxes.push(activation);
      arrows.push({ from: box, to: activation });
    }
    tops.set(node, activation ?? box);
  }
  return withGrids({ boxes, arrows }, new Map([...tops].map(([node, box]) => [box, node])));
}

/** The box at the bottom: the end of whatever is below. */
export function standingOn(input: Node): Box {
  const { kind } = input.operation;
  const box = { id: input.name, nodes: [] };
  if (kind === 'input' || kind === 'concat') {
    return { ...box, kind, lines: boxLines(input) };
  }
  return kind === 'residualSum'
    ? { ...box, kind: 'activation', lines: ['Relu activation'] }
    : { ...box, kind: 'input', lines: ['Previous layer'] };
}

/** The ReLU after a residual sum, which the figures draw as a box of its own. */
export function activationAbove({ name, operation }: Node): Box | undefined {
  return operation.kind === 'residualSum' && operation.activation === 'relu'
    ? { id: `${name}/relu`, kind: 'activation', lines: ['Relu activation'], nodes: [] }
    : undefined;
}

/** The second input of a residual sum is scaled on its way (section 3.3). */
function arrowLabel({ operation }: Node, index: number): string | undefined {
  return operation.kind === 'residualSum' && index === 1
    ? `scaled by ${operation.scale}`
    : undefined;
}

function withGrids(diagram: Diagram, nodeAt: ReadonlyMap<Box, Node>): Diagram {
  const neck = trunk(diagram);
  const changed = new Map(
    diagram.boxes.map((box) => {
      const node = nodeAt.get(box);
      // Beside a "+" there is the arrow that comes in from the right.
      const passes = neck.includes(box) && box.kind !== 'sum';
      const shown = node !== undefined && (box.kind === 'concat' || passes);
      return [box, shown ? { ...box, beside: gridText(node) } : box];
    }),
  );
  const now = (box: Box): Box => changed.get(box) as Box;
  return {
    boxes: diagram.boxes.map(now),
    arrows: diagram.arrows.map((arrow) => ({ ...arrow, from: now(arrow.from), to: now(arrow.to) })),
  };
}

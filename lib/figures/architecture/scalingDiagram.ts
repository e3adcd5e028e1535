import type { Node } from '../../models/node';
import { activationAbove, type Block, standingOn } from './blockDiagram';
import { boxKind, boxLines, gridText } from './boxTexts';
import type { Arrow, Box, Diagram } from './diagram';

/** Fig. 20: a residual block whose branches are one box, with the scaling of its activations before the sum. */
export function scalingDiagram({ input, nodes }: Block): Diagram {
  const sum = nodes[nodes.length - 1];
  const below: Box = { ...standingOn(input), beside: gridText(input) };
  const inception: Box = {
    id: `${sum.block}/inception`,
    kind: 'blocks',
    lines: ['Inception'],
    nodes: nodes.slice(0, -1),
  };
  const scaling = scalingBox(sum);
  const plus: Box = { id: sum.name, kind: boxKind(sum), lines: boxLines(sum), nodes: [sum] };
  const activation = activationAbove(sum);
  const above: readonly Box[] = activation ? [{ ...activation, beside: gridText(sum) }] : [];
  const arrows: Arrow[] = [
    { from: below, to: inception },
    { from: inception, to: scaling },
    { from: below, to: plus },
    { from: scaling, to: plus },
    ...above.map((box) => ({ from: plus, to: box })),
  ];
  return { boxes: [below, inception, scaling, plus, ...above], arrows };
}

function scalingBox({ name, operation }: Node): Box {
  const scale = operation.kind === 'residualSum' ? [`(${operation.scale})`] : [];
  return {
    id: `${name}/scaling`,
    kind: 'linear',
    lines: ['Activation Scaling', ...scale],
    nodes: [],
  };
}

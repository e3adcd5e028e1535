import type { Network, Node } from '../../models/node';
import { boxKind, boxLines, gridText } from './boxTexts';
import type { Box, BoxKind, Diagram } from './diagram';

/** The figures' names of our blocks. */
const BLOCK_TITLES: Readonly<Record<string, string>> = {
  stem: 'Stem',
  mixed: 'Mixed_5b',
  inceptionA: 'Inception-A',
  inceptionB: 'Inception-B',
  inceptionC: 'Inception-C',
  inceptionResNetA: 'Inception-ResNet-A',
  inceptionResNetB: 'Inception-ResNet-B',
  inceptionResNetC: 'Inception-ResNet-C',
  reductionA: 'Reduction-A',
  reductionB: 'Reduction-B',
  expansion: '1x1 Conv',
};

/** A block's name without its number: "inceptionA" for inceptionA_03. */
export function blockFamily(block: string): string {
  return block.replace(/_\d+$/, '');
}

/**
 * The whole network as the overview figures draw it: equal blocks as one box, the head box by box. They show no auxiliary
 * head, which is there for the training only.
 */
export function overviewDiagram(network: Network): Diagram {
  const nodes = network.nodes.filter(({ block }) => block !== 'auxiliaryHead');
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    const key = node.block === 'head' ? node.name : blockFamily(node.block);
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  const boxes = [...groups].map(([id, nodes]) => overviewBox(id, nodes));
  const boxOf = new Map(boxes.flatMap((box) => box.nodes.map((node) => [node, box])));
  const pairs = new Map<string, readonly [Box, Box]>();
  for (const node of nodes) {
    for (const input of node.inputs) {
      const [from, to] = [boxOf.get(input) as Box, boxOf.get(node) as Box];
      if (from !== to) pairs.set(`${from.id} ${to.id}`, [from, to]);
    }
  }
  return { boxes, arrows: [...pairs.values()].map(([from, to]) => ({ from, to })) };
}

function overviewBox(id: string, nodes: readonly Node[]): Box {
  const last = nodes[nodes.length - 1];
  if (last.operation.kind === 'input') {
    const lines = [boxLines(last).join(' ')];
    return { id, kind: 'input', lines, nodes, beside: gridText(last) };
  }
  if (last.block === 'head') {
    const lines = last.operation.kind === 'averagePool' ? ['Average Pooling'] : boxLines(last);
    return { id, kind: boxKind(last), lines, nodes, beside: `Output: ${last.shape[2]}` };
  }
  const times = new Set(nodes.map(({ block }) => block)).size;
  const title = BLOCK_TITLES[id] ?? id;
  return {
    id,
    kind: familyKind(id),
    lines: [times > 1 ? `${times} x ${title}` : title],
    nodes,
    beside: `Output: ${gridText(last)}`,
  };
}

function familyKind(family: string): BoxKind {
  if (family.startsWith('reduction')) return 'pool';
  return family === 'stem' ? 'convolution' : 'blocks';
}

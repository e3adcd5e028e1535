import { LabError } from '../../errors';
import { buildNetwork, networkConfig } from '../../models/networks';
import type { Network, Node } from '../../models/node';
import { TABLE_1 } from '../../models/reductionA';
import { findBlock } from './blockDiagram';
import { boxLines, convolutionLines } from './boxTexts';
import { NETWORK_TITLES } from './networkTitle';

const LETTERS = ['k', 'l', 'm', 'n'] as const;
type Letter = (typeof LETTERS)[number];

const NETWORKS = ['inception-v4', 'inception-resnet-v1', 'inception-resnet-v2'] as const;

/** Reduction-A as it is built in the three networks of Table 1. */
export class Table1 {
  private readonly letters = new Map<string, Letter>();

  /** Throws a LabError when a convolution has filters that are no column of the table. */
  constructor(private readonly networks: readonly Network[] = NETWORKS.map(inFiguresForm)) {
    for (const { name, operation } of findBlock(networks[0], 'reductionA').nodes) {
      if (operation.kind === 'convolution') this.letters.set(name, this.letterOf(name));
    }
  }

  /** A box's text with the letter of its filters, as Fig. 7 prints it: "3x3 Conv", "(n stride 2 V)". */
  lines(node: Node): readonly string[] {
    const letter = this.letters.get(node.name);
    return letter && node.operation.kind === 'convolution'
      ? convolutionLines(node.operation, letter, node.operation.activation)
      : boxLines(node);
  }

  /** The table as rows of cells, from the filters that are built. */
  rows(): readonly (readonly string[])[] {
    const nodeOf = new Map([...this.letters].map(([node, letter]) => [letter, node]));
    const columns = LETTERS.map((letter) => this.built(nodeOf.get(letter) ?? ''));
    return [
      ['Table 1', ...LETTERS],
      ...NETWORKS.map((name, row) => [
        NETWORK_TITLES[name],
        ...columns.map((column) => String(column[row])),
      ]),
    ];
  }

  private letterOf(node: string): Letter {
    const filters = this.built(node).join();
    const printed = (letter: Letter) => NETWORKS.map((name) => TABLE_1[name][letter]).join();
    const letter = LETTERS.find((one) => printed(one) === filters);
    if (!letter) {
      throw new LabError(
        `internal: ${node} has ${filters} filters, which is no column of Table 1.`,
      );
    }
    return letter;
  }

  /** The filters of a node in the three networks. */
  private built(node: string): readonly number[] {
    return this.networks.map(
      (network) => network.nodes.find(({ name }) => name === node)?.shape[2] ?? 0,
    );
  }
}

function inFiguresForm(name: (typeof NETWORKS)[number]): Network {
  return buildNetwork(networkConfig(name, name === 'inception-v4' ? 'published' : 'paper'));
}

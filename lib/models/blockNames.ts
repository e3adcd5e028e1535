import type { Node, Operation, Shape } from './node';

interface Draft {
  name: string;
  readonly block: string;
  readonly operation: Operation;
  readonly inputs: readonly Node[];
  readonly shape: Shape;
}

interface Place {
  readonly branch: number;
  readonly position: number;
  readonly label: string;
}

/** A fork gives two convolutions the same position (Inception-C): the second is `conv2b`. */
const LETTERS = ['b', 'c', 'd'];
const NUMBERS = ['2', '3', '4'];

/**
 * Names the boxes of one block by where they stand: `inceptionA_02/branch3/conv2` is the second convolution of the
 * third column of the figure. A block with a single column has no branch in its names.
 */
export class BlockNames {
  private readonly places = new Map<Node, Place>();
  private readonly drafts: Draft[] = [];
  private branches = 0;

  constructor(private readonly block: string) {}

  /** Adds a box; its name is known when the block is closed. */
  add(operation: Operation, inputs: readonly Node[], shape: Shape, label: string): Node {
    const draft: Draft = { name: this.block, block: this.block, operation, inputs, shape };
    this.drafts.push(draft);
    this.places.set(draft, this.place(inputs, label));
    return draft;
  }

  /** Gives every box of the block its final name. */
  close(): readonly Node[] {
    for (const draft of this.drafts) {
      const { branch, label } = this.places.get(draft) as Place;
      const column = branch > 0 && this.branches > 1 ? `/branch${branch}` : '';
      draft.name = `${this.block}${column}/${label}`;
    }
    return this.drafts;
  }

  private place(inputs: readonly Node[], label: string): Place {
    const inColumn = label === 'conv' || label.endsWith('Pool');
    if (!inColumn) {
      return { branch: 0, position: 0, label: this.unused(0, label, NUMBERS) };
    }
    const below = this.places.get(inputs[0]);
    const continues = below !== undefined && below.branch > 0;
    const branch = continues ? below.branch : ++this.branches;
    const position = continues ? below.position : 0;
    if (label === 'conv') {
      const next = position + 1;
      return { branch, position: next, label: this.unused(branch, `conv${next}`, LETTERS) };
    }
    return { branch, position, label: this.unused(branch, label, NUMBERS) };
  }

  private unused(branch: number, label: string, suffixes: readonly string[]): string {
    const sameBranch = [...this.places.values()].filter((place) => place.branch === branch);
    const taken = new Set(sameBranch.map((place) => place.label));
    return [label, ...suffixes.map((suffix) => label + suffix)].find(
      (name) => !taken.has(name),
    ) as string;
  }
}

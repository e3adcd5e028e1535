import type { Node } from '../../models/node';

/** What a box is, which decides its look. */
export type BoxKind =
  'input' | 'convolution' | 'linear' | 'pool' | 'concat' | 'sum' | 'activation' | 'blocks' | 'head';

/** One box of a drawing: a node of a network, several drawn as one, or a part of one (then without nodes). */
export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  /** One or two lines of text. */
  readonly lines: readonly string[];
  /** The nodes that it stands for; every node belongs to one box. */
  readonly nodes: readonly Node[];
  /** What stands beside it: the grid that it hands on. */
  readonly beside?: string;
}

/** An arrow from a box to one above it, with what happens on the way. */
export interface Arrow {
  readonly from: Box;
  readonly to: Box;
  readonly label?: string;
}

/** Boxes and arrows without places. The boxes come in order: each after those below it, the lowest first. */
export interface Diagram {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

/** The boxes from which arrows lead to `box`, in the order of its node's inputs. */
export function boxesBelow({ arrows }: Diagram, box: Box): readonly Box[] {
  return arrows.filter(({ to }) => to === box).map(({ from }) => from);
}

/** The boxes that every way from the lowest to the highest box passes, from below: a block's neck. */
export function trunk(diagram: Diagram): readonly Box[] {
  const passed = new Map<Box, readonly Box[]>();
  for (const box of diagram.boxes) {
    const ways = boxesBelow(diagram, box).map((below) => passed.get(below) ?? []);
    const common = ways.reduce((a, b) => a.filter((one) => b.includes(one)), ways[0] ?? []);
    passed.set(box, [...common, box]);
  }
  return passed.get(diagram.boxes[diagram.boxes.length - 1]) ?? [];
}

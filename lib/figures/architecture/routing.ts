import type { PlacedBox, Point } from './layout';
import { space } from './style';

/**
 * The way of an arrow: straight up where one box stands above a part of the other, with a step in the gap below the
 * upper box otherwise; into a "+" from its side.
 */
export function arrowPath(from: PlacedBox, to: PlacedBox): readonly Point[] {
  const [start, end] = [from.top, to.top + to.height];
  const [x, target] = [middle(from), middle(to)];
  if (spans(from, target)) {
    return [
      [target, start],
      [target, end],
    ];
  }
  if (to.box.kind === 'sum') {
    const height = to.top + to.height / 2;
    return [
      [x, start],
      [x, height],
      [to.left + to.width, height],
    ];
  }
  if (spans(to, x)) {
    return [
      [x, start],
      [x, end],
    ];
  }
  const step = start - space.level / 2;
  return [
    [x, start],
    [x, step],
    [target, step],
    [target, end],
  ];
}

/** Above the middle of an arrow's last piece, where a label stands. */
export function labelPlace(points: readonly Point[]): Point {
  const [[x1, y1], [x2, y2]] = points.slice(-2);
  return [(x1 + x2) / 2, Math.min(y1, y2) - 6];
}

function middle({ left, width }: PlacedBox): number {
  return left + width / 2;
}

/** Whether the box reaches over x with some air, so that an arrow can leave or enter it there. */
function spans({ left, width }: PlacedBox, x: number): boolean {
  return x >= left + space.padding && x <= left + width - space.padding;
}

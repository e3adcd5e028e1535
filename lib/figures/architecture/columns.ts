import { type Box, boxesBelow, type Diagram, trunk } from './diagram';

/** Where a box stands: its level from below, its column, and the columns that it has to span. */
export interface Spot {
  readonly level: number;
  /** In columns from the middle of the lowest box; fractions between two columns. */
  readonly column: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Gives every box a level (the longest way from below) and a column. Between two boxes of the trunk every way has a column
 * of its own; a box on several ways stands in the middle of theirs. A residual sum stands on its shortcut, left of all.
 */
export function assignSpots(diagram: Diagram): ReadonlyMap<Box, Spot> {
  const levels = levelsOf(diagram);
  const spots = new Map<Box, Spot>();
  const neck = trunk(diagram);
  spots.set(neck[0], { level: 0, column: 0, first: 0, last: 0 });
  neck.slice(1).forEach((top, index) => {
    const bottom = spots.get(neck[index]) as Spot;
    const ways = waysBetween(diagram, top, neck[index]);
    const count = ways.get(top)?.length ?? 0;
    const left = bottom.column - (count - 1) / 2;
    for (const [box, columns] of ways) {
      const [first, last] = [left + Math.min(...columns), left + Math.max(...columns)];
      const column = box.kind === 'sum' ? first : (first + last) / 2;
      spots.set(box, { level: levels.get(box) as number, column, first, last });
    }
    spots.set(neck[index], spanning(bottom, spots.get(top) as Spot));
  });
  return spots;
}

function levelsOf(diagram: Diagram): ReadonlyMap<Box, number> {
  const levels = new Map<Box, number>();
  for (const box of diagram.boxes) {
    const below = boxesBelow(diagram, box).map((one) => levels.get(one) as number);
    levels.set(box, Math.max(-1, ...below) + 1);
  }
  return levels;
}

/** The ways (numbered from the left) from `bottom` to `top` on which each box above `bottom` lies. */
function waysBetween(diagram: Diagram, top: Box, bottom: Box): ReadonlyMap<Box, number[]> {
  const ways = new Map<Box, number[]>();
  let count = 0;
  const walk = (box: Box): number[] => {
    if (box === bottom) return [count++];
    const own = fromTheLeft(diagram, box, bottom).flatMap(walk);
    ways.set(box, [...(ways.get(box) ?? []), ...own]);
    return own;
  };
  walk(top);
  return ways;
}

/** The boxes below in the order of drawing: of three and more columns the figures put the one with the pool left. */
function fromTheLeft(diagram: Diagram, box: Box, bottom: Box): readonly Box[] {
  const below = boxesBelow(diagram, box);
  const startsWithPool = (one: Box): boolean => {
    const [next] = boxesBelow(diagram, one);
    return next === bottom ? one.kind === 'pool' : next !== undefined && startsWithPool(next);
  };
  const pools = below.length > 2 ? below.filter(startsWithPool) : [];
  return [...pools, ...below.filter((one) => !pools.includes(one))];
}

function spanning(spot: Spot, { first, last }: Spot): Spot {
  return { ...spot, first: Math.min(spot.first, first), last: Math.max(spot.last, last) };
}

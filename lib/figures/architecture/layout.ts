import { textWidth } from '../textWidth';
import { assignSpots, type Spot } from './columns';
import type { Arrow, Box, Diagram } from './diagram';
import { arrowPath, labelPlace } from './routing';
import { fontSizes, lineHeight, space } from './style';

/** A box with its place in pixels. */
export interface PlacedBox {
  readonly box: Box;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A point in pixels, y downwards. */
export type Point = readonly [x: number, y: number];

/** An arrow with the points that it passes. */
export interface PlacedArrow {
  readonly arrow: Arrow;
  readonly points: readonly Point[];
  /** Middle of the label's baseline. */
  readonly labelAt: Point;
}

/** A drawing whose left upper corner is at (0, 0). */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly arrows: readonly PlacedArrow[];
}

const PLUS_SIZE = 32;
const MIN_BOX_WIDTH = 84;

/** Places the boxes of a diagram, the lowest at the bottom, in columns of equal width, and leads the arrows. */
export function layOut(diagram: Diagram): Layout {
  const spots = assignSpots(diagram);
  const width = columnWidth(diagram);
  const rows = rowsOf(diagram, spots);
  const placed = diagram.boxes.map((box) =>
    place(box, spots.get(box) as Spot, width, rows[spots.get(box)?.level ?? 0]),
  );
  const left = Math.min(...placed.map((box) => box.left));
  const boxes = placed.map((box) => ({ ...box, left: box.left - left }));
  const at = new Map(boxes.map((box) => [box.box, box]));
  const arrows = diagram.arrows.map((arrow): PlacedArrow => {
    const points = arrowPath(at.get(arrow.from) as PlacedBox, at.get(arrow.to) as PlacedBox);
    return { arrow, points, labelAt: labelPlace(points) };
  });
  return {
    width: Math.max(...boxes.map(rightEnd)),
    height: rows[0].top + rows[0].height,
    boxes,
    arrows,
  };
}

interface Row {
  readonly top: number;
  readonly height: number;
}

/** The rows by level: level 0 has the largest `top`. */
function rowsOf({ boxes }: Diagram, spots: ReadonlyMap<Box, Spot>): readonly Row[] {
  const heights: number[] = [];
  for (const box of boxes) {
    const level = spots.get(box)?.level ?? 0;
    heights[level] = Math.max(heights[level] ?? 0, boxHeight(box));
  }
  return heights.map((height, level) => {
    const above = heights.slice(level + 1).reduce((sum, one) => sum + one + space.level, 0);
    return { top: above, height };
  });
}

function place(box: Box, spot: Spot, columnWidth: number, row: Row): PlacedBox {
  const pitch = columnWidth + space.column;
  const isBar = box.kind === 'concat' || spot.level === 0;
  const span = isBar ? (spot.last - spot.first) * pitch : 0;
  const width = box.kind === 'sum' ? PLUS_SIZE : columnWidth + span;
  const middle = (isBar ? (spot.first + spot.last) / 2 : spot.column) * pitch;
  const height = boxHeight(box);
  return { box, left: middle - width / 2, top: row.top + (row.height - height) / 2, width, height };
}

function boxHeight({ kind, lines }: Box): number {
  return kind === 'sum'
    ? PLUS_SIZE
    : lines.length * fontSizes.box * lineHeight + (lines.length > 1 ? 8 : 12);
}

/** All boxes are as wide as the longest text needs. */
function columnWidth({ boxes }: Diagram): number {
  const texts = boxes.flatMap(({ lines }) => lines.map((line) => textWidth(line, fontSizes.box)));
  return Math.ceil(Math.max(MIN_BOX_WIDTH, ...texts) + 2 * space.padding);
}

function rightEnd({ box, left, width }: PlacedBox): number {
  const beside = box.beside ? space.beside + textWidth(box.beside, fontSizes.beside) : 0;
  return left + width + beside;
}

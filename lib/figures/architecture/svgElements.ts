import { escapeHtml } from '../html';
import type { PlacedArrow, PlacedBox, Point } from './layout';
import { fontSizes, lineHeight } from './style';
import { boxStyles, space, textColors } from './style';

/** How a text stands: size in pixels, weight, colour, and which part of it is at x. */
export interface TextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly color?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

const ARROW_HEAD = { length: 8, halfWidth: 4 };

/** A line of text whose baseline is at y. */
export function textElement(text: string, x: number, y: number, style: TextStyle): string {
  const { size, bold = false, color = textColors.strong, anchor = 'start' } = style;
  const weight = bold ? ';font-weight:bold' : '';
  return (
    `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}" fill="${color}" ` +
    `style="font-size:${size}px${weight}">${escapeHtml(text)}</text>`
  );
}

/** A box with its lines of text, and what stands beside it. */
export function boxElement({ box, left, top, width, height }: PlacedBox, origin: Point): string {
  const [x, y] = [origin[0] + left, origin[1] + top];
  const { fill, stroke, dash } = boxStyles[box.kind];
  const radius = box.kind === 'sum' ? width / 2 : box.kind === 'concat' ? 2 : 6;
  const outline =
    `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" ` +
    `rx="${short(radius)}" fill="${fill}" stroke="${stroke}" stroke-width="1.5"` +
    `${dash ? ` stroke-dasharray="${dash}"` : ''}/>`;
  const size = box.kind === 'sum' ? 20 : fontSizes.box;
  const first = y + height / 2 - ((box.lines.length - 1) / 2) * size * lineHeight + 0.35 * size;
  const lines = box.lines.map((line, index) =>
    textElement(line, x + width / 2, first + index * size * lineHeight, { size, anchor: 'middle' }),
  );
  const beside = box.beside ? [besideElement(box.beside, x + width, y + height / 2)] : [];
  return group('box', { 'data-box': box.id }, [outline, ...lines, ...beside]);
}

/** An arrow with its head, and its label. */
export function arrowElement({ arrow, points, labelAt }: PlacedArrow, origin: Point): string {
  const way = points.map(([x, y]): Point => [origin[0] + x, origin[1] + y]);
  const [tip, before] = [way[way.length - 1], way[way.length - 2]];
  const along: Point = [Math.sign(tip[0] - before[0]), Math.sign(tip[1] - before[1])];
  const back = (length: number, side: number): Point => [
    tip[0] - along[0] * length - along[1] * side,
    tip[1] - along[1] * length + along[0] * side,
  ];
  const { length, halfWidth } = ARROW_HEAD;
  const line = [...way.slice(0, -1), back(length, 0)];
  const head = [tip, back(length, halfWidth), back(length, -halfWidth)];
  const style = { size: fontSizes.beside, anchor: 'middle', color: textColors.soft } as const;
  const [x, y] = [origin[0] + labelAt[0], origin[1] + labelAt[1]];
  return group('arrow', { 'data-from': arrow.from.id, 'data-to': arrow.to.id }, [
    `<path d="M${line.map(pair).join('L')}" fill="none" stroke="#333333" stroke-width="1.4"/>`,
    `<path d="M${head.map(pair).join('L')}Z" fill="#333333"/>`,
    ...(arrow.label ? [textElement(arrow.label, x, y, style)] : []),
  ]);
}

function besideElement(text: string, x: number, y: number): string {
  const size = fontSizes.beside;
  return textElement(text, x + space.beside, y + 0.35 * size, { size, color: textColors.soft });
}

function group(name: string, data: Readonly<Record<string, string>>, parts: string[]): string {
  const attributes = Object.entries(data).map(([key, value]) => `${key}="${escapeHtml(value)}"`);
  return [`<g class="${name}" ${attributes.join(' ')}>`, ...parts, '</g>'].join('\n');
}

function pair([x, y]: Point): string {
  return `${short(x)} ${short(y)}`;
}

/** A coordinate to a hundredth of a pixel, the same on every machine. */
function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

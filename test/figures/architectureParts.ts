import { JSDOM } from 'jsdom';

import { installMeasurement } from '../../lib/figures/svgMeasure';

/** A rectangle in pixels. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface DrawnText extends Rectangle {
  readonly text: string;
}

/** A box as it stands in the SVG. */
export interface DrawnBox extends Rectangle {
  readonly id: string;
  /** The texts inside, and what stands beside. */
  readonly inside: readonly DrawnText[];
  readonly beside: readonly DrawnText[];
}

export interface DrawnArrow {
  readonly from: string;
  readonly to: string;
  readonly points: readonly (readonly [number, number])[];
  readonly tip: readonly [number, number];
  readonly labels: readonly DrawnText[];
}

/** What an SVG shows, read from its elements alone. */
export interface DrawnFigure {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly DrawnBox[];
  readonly arrows: readonly DrawnArrow[];
  readonly texts: readonly DrawnText[];
  readonly document: Document;
}

/** Reads and measures a drawing. */
export function readDrawing(svg: string): DrawnFigure {
  const { window } = new JSDOM(svg, { contentType: 'image/svg+xml' });
  installMeasurement(window);
  const { document } = window;
  const root = document.documentElement;
  const [, , width, height] = (root.getAttribute('viewBox') ?? '').split(' ').map(Number);
  return {
    width,
    height,
    boxes: [...document.querySelectorAll('g.box')].map(readBox),
    arrows: [...document.querySelectorAll('g.arrow')].map(readArrow),
    texts: [...document.querySelectorAll('text')].map(measured),
    document,
  };
}

/** The texts of the boxes, each in one line, from the left, the lowest row first. */
export function boxTexts({ boxes }: DrawnFigure): string[] {
  const middle = ({ top, bottom }: DrawnBox) => Math.round((top + bottom) / 2);
  return [...boxes]
    .sort((a, b) => middle(b) - middle(a) || a.left - b.left)
    .map(({ inside }) => inside.map(({ text }) => text).join(' '));
}

/** Whether two rectangles share more than an edge. */
export function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Whether the first rectangle lies in the second. */
export function within(a: Rectangle, b: Rectangle): boolean {
  return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
}

function readBox(group: Element): DrawnBox {
  const { left, top, right, bottom } = (
    group.querySelector('rect') as Element
  ).getBoundingClientRect();
  const texts = [...group.querySelectorAll('text')].map(measured);
  const isInside = (text: DrawnText): boolean => text.left < right;
  return {
    ...{ id: group.getAttribute('data-box') ?? '', left, top, right, bottom },
    inside: texts.filter(isInside),
    beside: texts.filter((text) => !isInside(text)),
  };
}

function readArrow(group: Element): DrawnArrow {
  const [line, head] = [...group.querySelectorAll('path')].map((path) =>
    [...(path.getAttribute('d') ?? '').matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)].map(
      ([, x, y]) => [Number(x), Number(y)] as const,
    ),
  );
  return {
    from: group.getAttribute('data-from') ?? '',
    to: group.getAttribute('data-to') ?? '',
    points: [...line, head[0]],
    tip: head[0],
    labels: [...group.querySelectorAll('text')].map(measured),
  };
}

function measured(element: Element): DrawnText {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  return { text: element.textContent ?? '', left, top, right, bottom };
}

import type { BoxKind } from './diagram';

/** Ground and outline of a box. */
export interface BoxStyle {
  readonly fill: string;
  readonly stroke: string;
  readonly dash?: string;
}

const convolution: BoxStyle = { fill: '#dbe9f6', stroke: '#0072b2' };
const sum: BoxStyle = { fill: '#fdf3c7', stroke: '#8a6d00' };

/** Tints of Okabe and Ito's colours, which colour-blind readers can tell apart; the texts say the same in words. */
export const boxStyles: Readonly<Record<BoxKind, BoxStyle>> = {
  input: { fill: '#ffffff', stroke: '#444444' },
  convolution,
  linear: { ...convolution, dash: '5 3' },
  pool: { fill: '#fbe4d5', stroke: '#c04f00' },
  concat: { fill: '#ececec', stroke: '#555555' },
  sum,
  activation: sum,
  blocks: { fill: '#d9efe6', stroke: '#00795a' },
  head: { fill: '#f2f2f2', stroke: '#555555' },
};

/** Sizes of texts in pixels. */
export const fontSizes = { title: 16, caption: 12.5, box: 13, beside: 12, note: 12 } as const;

/** Colours of texts. */
export const textColors = { strong: '#111111', soft: '#444444' } as const;

/** Distances in pixels. */
export const space = {
  /** Around the whole figure. */
  edge: 20,
  /** Between a box's text and its outline. */
  padding: 14,
  /** Between columns, and between levels. */
  column: 22,
  level: 28,
  /** Between a box and what stands beside it. */
  beside: 10,
} as const;

/** Height of a line of text in font sizes. */
export const lineHeight = 1.3;

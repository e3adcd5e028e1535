import { describe, expect, it } from 'vitest';

import { cropFigure } from '../../lib/figures/cropFigure';

describe('cropFigure', () => {
  const figure = cropFigure({ width: 500, height: 375, inputSize: 299, protocol: 'imagenet' });
  const shapes = figure.layout.shapes as readonly { xref: string; x1: number; y1: number }[];
  const inPanel = (axis: string) => shapes.filter(({ xref }) => xref === axis);

  it('frames every part once: one, five places and the square, and those of four scales and three squares', () => {
    // The whole squares are the same at all scales.
    expect(['x', 'x2', 'x3'].map((axis) => inPanel(axis).length)).toEqual([1, 6, 3 * (4 * 5 + 1)]);
  });

  it('draws images true to shape, with the first pixel above', () => {
    expect(figure.layout.yaxis3).toMatchObject({ range: [375, 0], scaleanchor: 'x3' });
    expect(Math.max(...shapes.map(({ x1 }) => x1))).toBeCloseTo(500, 6);
    expect(Math.max(...shapes.map(({ y1 }) => y1))).toBeCloseTo(375, 6);
  });

  it('says what is shown', () => {
    expect(figure.caption).toContain('500x375');
    expect(figure.title).toContain('Tables 2, 3 and 4');
  });
});

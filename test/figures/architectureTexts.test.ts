import { describe, expect, it } from 'vitest';

import {
  ARCHITECTURE_FIGURES,
  architectureFigure,
} from '../../lib/figures/architecture/architectureFigure';
import { boxTexts, readDrawing } from './architectureParts';

/** Rows from below, boxes from the left, copied from the paper's pictures with the known errata mended. */
const TEXTS: Readonly<Record<number, readonly string[]>> = {
  3: [
    'Input (299x299x3)',
    '3x3 Conv (32 stride 2 V)',
    '3x3 Conv (32 V)',
    '3x3 Conv (64)',
    ...['3x3 MaxPool (stride 2 V)', '3x3 Conv (96 stride 2 V)'],
    'Filter concat',
    ...['1x1 Conv (64)', '1x1 Conv (64)'],
    ...['3x3 Conv (96 V)', '1x7 Conv (64)'],
    '7x1 Conv (64)',
    '3x3 Conv (96 V)',
    'Filter concat',
    ...['3x3 Conv (192 stride 2 V)', '3x3 MaxPool (stride 2 V)'],
    'Filter concat',
  ],
  4: [
    'Filter concat',
    ...['Avg Pooling (3x3)', '1x1 Conv (96)', '1x1 Conv (64)', '1x1 Conv (64)'],
    ...['1x1 Conv (96)', '3x3 Conv (96)', '3x3 Conv (96)'],
    '3x3 Conv (96)',
    'Filter concat',
  ],
  5: [
    'Filter concat',
    ...['Avg Pooling (3x3)', '1x1 Conv (384)', '1x1 Conv (192)', '1x1 Conv (192)'],
    ...['1x1 Conv (128)', '1x7 Conv (224)', '7x1 Conv (192)'],
    ...['7x1 Conv (256)', '1x7 Conv (224)'],
    '7x1 Conv (224)',
    '1x7 Conv (256)',
    'Filter concat',
  ],
  6: [
    'Filter concat',
    ...['Avg Pooling (3x3)', '1x1 Conv (256)', '1x1 Conv (384)', '1x1 Conv (384)'],
    ...['1x1 Conv (256)', '1x3 Conv (256)', '3x1 Conv (256)', '3x1 Conv (448)'],
    '1x3 Conv (512)',
    ...['1x3 Conv (256)', '3x1 Conv (256)'],
    'Filter concat',
  ],
  7: [
    'Filter concat',
    ...['3x3 MaxPool (stride 2 V)', '3x3 Conv (n stride 2 V)', '1x1 Conv (k)'],
    '3x3 Conv (l)',
    '3x3 Conv (m stride 2 V)',
    'Filter concat',
  ],
  8: [
    'Filter concat',
    ...['3x3 MaxPool (stride 2 V)', '1x1 Conv (192)', '1x1 Conv (256)'],
    ...['3x3 Conv (192 stride 2 V)', '1x7 Conv (256)'],
    '7x1 Conv (320)',
    '3x3 Conv (320 stride 2 V)',
    'Filter concat',
  ],
  9: [
    'Input (299x299x3)',
    'Stem',
    '4 x Inception-A',
    'Reduction-A',
    '7 x Inception-B',
    'Reduction-B',
    '3 x Inception-C',
    'Average Pooling',
    'Dropout (keep 0.8)',
    'Softmax',
  ],
  10: [
    'Relu activation',
    ...['1x1 Conv (32)', '1x1 Conv (32)', '1x1 Conv (32)'],
    ...['3x3 Conv (32)', '3x3 Conv (32)'],
    '3x3 Conv (32)',
    'Filter concat',
    '1x1 Conv (256 Linear)',
    '+',
    'Relu activation',
  ],
  11: [
    'Relu activation',
    ...['1x1 Conv (128)', '1x1 Conv (128)'],
    '1x7 Conv (128)',
    '7x1 Conv (128)',
    'Filter concat',
    '1x1 Conv (896 Linear)',
    '+',
    'Relu activation',
  ],
  12: [
    'Relu activation',
    ...['3x3 MaxPool (stride 2 V)', '1x1 Conv (256)', '1x1 Conv (256)', '1x1 Conv (256)'],
    ...['3x3 Conv (384 stride 2 V)', '3x3 Conv (256 stride 2 V)', '3x3 Conv (256)'],
    '3x3 Conv (256 stride 2 V)',
    'Filter concat',
  ],
  13: [
    'Relu activation',
    ...['1x1 Conv (192)', '1x1 Conv (192)'],
    '1x3 Conv (192)',
    '3x1 Conv (192)',
    'Filter concat',
    '1x1 Conv (1792 Linear)',
    '+',
    'Relu activation',
  ],
  14: [
    'Input (299x299x3)',
    '3x3 Conv (32 stride 2 V)',
    '3x3 Conv (32 V)',
    '3x3 Conv (64)',
    '3x3 MaxPool (stride 2 V)',
    '1x1 Conv (80)',
    '3x3 Conv (192 V)',
    '3x3 Conv (256 stride 2 V)',
  ],
  15: [
    'Input (299x299x3)',
    'Stem',
    '5 x Inception-ResNet-A',
    'Reduction-A',
    '10 x Inception-ResNet-B',
    'Reduction-B',
    '5 x Inception-ResNet-C',
    'Average Pooling',
    'Dropout (keep 0.8)',
    'Softmax',
  ],
  16: [
    'Relu activation',
    ...['1x1 Conv (32)', '1x1 Conv (32)', '1x1 Conv (32)'],
    ...['3x3 Conv (32)', '3x3 Conv (48)'],
    '3x3 Conv (64)',
    'Filter concat',
    '1x1 Conv (384 Linear)',
    '+',
    'Relu activation',
  ],
  17: [
    'Relu activation',
    ...['1x1 Conv (192)', '1x1 Conv (128)'],
    '1x7 Conv (160)',
    '7x1 Conv (192)',
    'Filter concat',
    '1x1 Conv (1152 Linear)',
    '+',
    'Relu activation',
  ],
  18: [
    'Relu activation',
    ...['3x3 MaxPool (stride 2 V)', '1x1 Conv (256)', '1x1 Conv (256)', '1x1 Conv (256)'],
    ...['3x3 Conv (384 stride 2 V)', '3x3 Conv (288 stride 2 V)', '3x3 Conv (288)'],
    '3x3 Conv (320 stride 2 V)',
    'Filter concat',
  ],
  19: [
    'Relu activation',
    ...['1x1 Conv (192)', '1x1 Conv (192)'],
    '1x3 Conv (224)',
    '3x1 Conv (256)',
    'Filter concat',
    '1x1 Conv (2144 Linear)',
    '+',
    'Relu activation',
  ],
  20: ['Relu activation', 'Inception', 'Activation Scaling (0.1)', '+', 'Relu activation'],
};

/** What stands beside the boxes, from below. */
const BESIDE: Readonly<Record<number, readonly string[]>> = {
  3: [
    ...['299x299x3', '149x149x32', '147x147x32', '147x147x64'],
    ...['73x73x160', '71x71x192', '35x35x384'],
  ],
  4: ['35x35x384', '35x35x384'],
  7: ['35x35x384', '17x17x1024'],
  9: [
    ...['299x299x3', 'Output: 35x35x384', 'Output: 35x35x384', 'Output: 17x17x1024'],
    ...['Output: 17x17x1024', 'Output: 8x8x1536', 'Output: 8x8x1536'],
    ...['Output: 1536', 'Output: 1536', 'Output: 1000'],
  ],
  14: [
    ...['299x299x3', '149x149x32', '147x147x32', '147x147x64'],
    ...['73x73x64', '73x73x80', '71x71x192', '35x35x256'],
  ],
  15: [
    ...['299x299x3', 'Output: 35x35x256', 'Output: 35x35x256', 'Output: 17x17x896'],
    ...['Output: 17x17x896', 'Output: 8x8x1792', 'Output: 8x8x1792'],
    ...['Output: 1792', 'Output: 1792', 'Output: 1000'],
  ],
  18: ['17x17x1152', '8x8x2144'],
  19: ['8x8x2144', '8x8x448', '8x8x2144'],
};

const drawn = (figure: number) => readDrawing(architectureFigure(figure).svg);
const figuresOf = (table: object) => Object.keys(table).map(Number);

describe('the texts of a figure', () => {
  it.each(figuresOf(TEXTS))('Fig. %i has those of the paper in its boxes', (figure) => {
    expect(boxTexts(drawn(figure))).toEqual(TEXTS[figure]);
  });

  it.each(figuresOf(BESIDE))('Fig. %i has the grids beside them', (figure) => {
    const beside = drawn(figure).boxes.flatMap((box) => box.beside);
    const fromBelow = [...beside].sort((a, b) => b.top - a.top).map(({ text }) => text);
    expect(fromBelow).toEqual(BESIDE[figure]);
  });

  it('Fig. 7 has Table 1 below it', () => {
    const { texts, boxes } = drawn(7);
    const bottom = Math.max(...boxes.map((box) => box.bottom));
    const below = texts.filter(({ top }) => top > bottom).map(({ text }) => text);
    expect(below).toEqual([
      ...['Table 1', 'k', 'l', 'm', 'n'],
      ...['Inception-v4', '192', '224', '256', '384'],
      ...['Inception-ResNet-v1', '192', '192', '256', '384'],
      ...['Inception-ResNet-v2', '256', '256', '384', '384'],
    ]);
  });

  it('the scaling of a residual stands on its arrow', () => {
    const labels = (figure: number) =>
      drawn(figure).arrows.flatMap((arrow) => arrow.labels.map(({ text }) => text));
    expect([10, 11, 13].map(labels)).toEqual([
      ['scaled by 0.17'],
      ['scaled by 0.1'],
      ['scaled by 0.2'],
    ]);
  });

  it('notes below say what is printed and not built, and only there', () => {
    const notes = (figure: number): string => {
      const { texts, boxes } = drawn(figure);
      const bottom = Math.max(...boxes.map((box) => box.bottom));
      return texts
        .filter(({ top }) => top > bottom)
        .map(({ text }) => text)
        .join(' ');
    };
    expect(notes(5)).toMatch(
      /Printed: third column: 1x7 \(224\), then again 1x7 \(256\)\. Built: /,
    );
    expect(notes(17)).toContain('Printed: 1x1 Conv (1154 Linear). Built: 1152');
    expect(notes(19)).toContain('Printed: 1x1 Conv (2048 Linear). Built: 2144');
    const silent = ARCHITECTURE_FIGURES.filter((figure) => notes(figure) === '');
    expect(silent).toEqual([4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20]);
  });
});

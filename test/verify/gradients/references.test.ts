import { describe, expect, it } from 'vitest';

import { elements } from '../../../lib/models/parameters';
import type { Expectation, LayerValues, Quantity } from '../../../lib/verify/gradients/expectation';
import type { LayerKind, LayerShape } from '../../../lib/verify/gradients/layerShapes';
import { layerValues } from '../../../lib/verify/gradients/layerValues';
import { referenceOf } from '../../../lib/verify/gradients/referenceOf';
import { convolution, outputShape } from '../../backend/wasm/windowReference';

type Window = Pick<LayerShape, 'kernel' | 'stride' | 'padding'>;

const INPUT = [7, 6, 3] as const;

function layer(kind: LayerKind, window: Window, depth: number): LayerShape {
  const { kernel, stride, padding: pad } = window;
  const [, height, width] = outputShape([1, ...INPUT], depth, { kernel, stride, pad });
  return { kind, ...window, input: INPUT, output: [height, width, depth], layer: kind };
}

const WINDOWS: readonly Window[] = [
  { kernel: [1, 1], stride: 1, padding: 'same' },
  { kernel: [3, 3], stride: 1, padding: 'same' },
  { kernel: [3, 3], stride: 2, padding: 'same' },
  { kernel: [3, 3], stride: 2, padding: 'valid' },
  { kernel: [1, 7], stride: 1, padding: 'same' },
  { kernel: [5, 5], stride: 3, padding: 'valid' },
  { kernel: [7, 6], stride: 1, padding: 'valid' },
];

const LAYERS: readonly LayerShape[] = [
  ...WINDOWS.map((window) => layer('convolution', window, 4)),
  ...WINDOWS.map((window) => layer('maxPool', window, 3)),
  ...WINDOWS.map((window) => layer('averagePool', window, 3)),
  layer('batchNorm', { kernel: [1, 1], stride: 1, padding: 'valid' }, 3),
];

function expectation(shape: LayerShape, values: LayerValues, quantity: Quantity): Expectation {
  const found = referenceOf(shape, values).find((each) => each.quantity === quantity);
  if (!found) {
    throw new Error(`${shape.kind} has no ${quantity}.`);
  }
  return found;
}

function all({ shape, at }: Expectation): number[] {
  return Array.from({ length: elements(shape) }, (_, index) => at(index));
}

/** The sum of output times dy, of which the reference says the gradients. */
function loss(shape: LayerShape, values: LayerValues): number {
  const outputs = all(expectation(shape, values, 'forward'));
  return outputs.reduce((sum, output, index) => sum + output * values.dy[index], 0);
}

/** The slope of the loss by one number of one operand, from two evaluations. */
function slope(shape: LayerShape, values: LayerValues, operand: Operand, index: number): number {
  // A power of two, so that a float32 of the size of the operands moves by it exactly.
  const step = 2 ** -10;
  const at = (distance: number) => {
    const moved = Float32Array.from(values[operand]);
    moved[index] += distance;
    return [moved[index], loss(shape, { ...values, [operand]: moved })];
  };
  const [[right, above], [left, below]] = [at(step), at(-step)];
  return (above - below) / (right - left);
}

type Operand = 'x' | 'filter' | 'bias';

const GRADIENTS: readonly [Quantity, Operand][] = [
  ['input gradient', 'x'],
  ['filter gradient', 'filter'],
  ['bias gradient', 'bias'],
];

describe.each(LAYERS)('the reference of $kind $kernel, stride $stride, $padding', (shape) => {
  const values = layerValues(shape, 3);

  it('has the gradients that its outputs have by finite differences', () => {
    for (const [quantity, operand] of GRADIENTS) {
      const found = referenceOf(shape, values).find((each) => each.quantity === quantity);
      expect(found !== undefined).toBe(values[operand].length > 0);
      // A stride leaves room for a seventh: every row, column and channel comes up.
      for (let index = 0; index < values[operand].length; index += 7) {
        expect(found?.at(index)).toBeCloseTo(slope(shape, values, operand, index), 5);
      }
    }
  });
});

describe('the reference of a convolution', () => {
  // 3 channels to 4, two images of 7x6: 3 * 9, 4 * 9, 2 * 42 products; of a stride of 2, 2x2 windows meet in a cell.
  it.each([
    [1, 'same', [27, 36, 84, 84]],
    [2, 'same', [27, 16, 24, 24]],
    [2, 'valid', [27, 16, 12, 12]],
  ] as const)('of 3x3, stride %i, %s sums %j terms', (stride, padding, terms) => {
    const shape = layer('convolution', { kernel: [3, 3], stride, padding }, 4);
    expect(referenceOf(shape, layerValues(shape, 1)).map((each) => each.terms)).toEqual(terms);
  });

  it.each(WINDOWS)('is another implementation of the definition: %o', (window) => {
    const shape = layer('convolution', window, 4);
    const values = layerValues(shape, 5);
    const { kernel, stride, padding: pad } = window;
    const asValues = (numbers: Float32Array, size: readonly number[]) => ({
      values: [...numbers],
      shape: size,
    });
    const other = convolution(
      asValues(values.x, [values.batch, ...shape.input]),
      asValues(values.filter, [...kernel, 3, 4]),
      asValues(values.dy, [values.batch, ...shape.output]),
      { kernel, stride, pad },
    );
    const sums = other.y.map((sum, index) => sum + values.bias[index % 4]);
    const pairs: readonly [Quantity, number[]][] = [
      ['forward', sums],
      ['input gradient', other.dx],
      ['filter gradient', other.dFilter],
    ];
    for (const [quantity, expected] of pairs) {
      const actual = all(expectation(shape, values, quantity));
      expect(actual).toHaveLength(expected.length);
      actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 12));
    }
  });
});

describe('the reference of a pooling', () => {
  const shape: LayerShape = {
    ...{ kind: 'averagePool', kernel: [2, 2], stride: 1, padding: 'same', layer: 'pool' },
    ...{ input: [2, 2, 1], output: [2, 2, 1] },
  };
  const values: LayerValues = {
    ...{ batch: 1, x: Float32Array.of(1, 2, 3, 6), dy: Float32Array.of(4, 2, 2, 1) },
    ...{ filter: new Float32Array(), bias: new Float32Array() },
  };

  it('averages over the cells inside the grid', () => {
    expect(all(expectation(shape, values, 'forward'))).toEqual([3, 4, 4.5, 6]);
    expect(all(expectation(shape, values, 'input gradient'))).toEqual([1, 2, 2, 4]);
  });

  it('takes the largest and hands it the whole gradient', () => {
    const largest: LayerShape = { ...shape, kind: 'maxPool' };
    expect(all(expectation(largest, values, 'forward'))).toEqual([6, 6, 6, 6]);
    expect(all(expectation(largest, values, 'input gradient'))).toEqual([0, 0, 0, 9]);
  });
});

describe('the reference of batch normalisation', () => {
  it('has beta as its mean and the variance that epsilon leaves', () => {
    const shape = LAYERS[LAYERS.length - 1];
    const values = layerValues(shape, 3);
    const outputs = all(expectation(shape, values, 'forward'));
    for (let channel = 0; channel < 3; channel++) {
      const ofChannel = outputs.filter((_, index) => index % 3 === channel);
      const mean = ofChannel.reduce((sum, value) => sum + value, 0) / ofChannel.length;
      expect(mean).toBeCloseTo(values.bias[channel], 12);
      const variance = ofChannel.reduce((sum, v) => sum + (v - mean) ** 2, 0) / ofChannel.length;
      expect(variance).toBeGreaterThan(0.99);
      expect(variance).toBeLessThan(1);
    }
  });
});

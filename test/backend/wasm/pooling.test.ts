import { beforeAll, describe, expect, it } from 'vitest';

import { randomValues, relativeError, runKernel, useWasm, type Values } from './useWasm';
import { at, eachVisit, outputShape, type Visit, type Window } from './windowReference';

beforeAll(useWasm);

const windows: Window[] = [
  [2, 2],
  [3, 3],
  [1, 3],
  [5, 4],
].flatMap(([height, width]) =>
  [1, 2, 3].flatMap((stride) =>
    (['same', 'valid'] as const).map((pad) => ({ kernel: [height, width] as const, stride, pad })),
  ),
);

function attributesOf({ kernel, stride, pad }: Window) {
  return { filterSize: [...kernel], strides: [stride, stride], pad };
}

/** The visits of each output position, by its index. */
function visitsByOutput(x: Values, window: Window): Map<number, Visit[]> {
  const shape = outputShape(x.shape, x.shape[3], window);
  const visits = new Map<number, Visit[]>();
  eachVisit(x.shape, window, (visit) => {
    const output = at(shape, visit.image, visit.output);
    visits.set(output, [...(visits.get(output) ?? []), visit]);
  });
  return visits;
}

function averageGradient(x: Values, dy: Values, window: Window): number[] {
  const dx = x.values.map(() => 0);
  for (const [output, visits] of visitsByOutput(x, window)) {
    for (const { image, input } of visits) {
      for (let channel = 0; channel < x.shape[3]; channel++) {
        dx[at(x.shape, image, input) + channel] += dy.values[output + channel] / visits.length;
      }
    }
  }
  return dx;
}

function maximumGradient(x: Values, dy: Values, window: Window): number[] {
  const dx = x.values.map(() => 0);
  for (const [output, visits] of visitsByOutput(x, window)) {
    for (let channel = 0; channel < x.shape[3]; channel++) {
      const places = visits.map(({ image, input }) => at(x.shape, image, input) + channel);
      const highest = Math.max(...places.map((place) => x.values[place]));
      const first = places.find((place) => x.values[place] === highest) as number;
      dx[first] += dy.values[output + channel];
    }
  }
  return dx;
}

describe.each(windows)('pooling $kernel, stride $stride, $pad', (window) => {
  const shape = [2, 7, 8, 5];
  const dy = randomValues(outputShape(shape, 5, window), 3);
  const attributes = attributesOf(window);

  it('shares the gradient of an average among the positions inside the image', () => {
    const input = randomValues(shape);
    const [dx] = runKernel('AvgPoolGrad', { dy, input }, attributes);
    expect(relativeError(dx, averageGradient(input, dy, window))).toBeLessThan(1e-6);
  });

  it.each([
    ['mixed values', randomValues(shape, 5)],
    ['negative values', randomValues(shape, 5, [-2, -1])],
    ['zeros, where the first wins', { values: new Array<number>(560).fill(0), shape }],
    ['few values, with ties', randomTies(shape)],
  ])('gives the gradient to the first maximum of %s', (_, input) => {
    const [dx] = runKernel('MaxPoolGrad', { dy, input, output: dy }, attributes);
    expect(relativeError(dx, maximumGradient(input, dy, window))).toBeLessThan(1e-6);
  });
});

function randomTies(shape: readonly number[]): Values {
  const { values } = randomValues(shape, 7, [-2, 2]);
  return { values: values.map(Math.round), shape };
}

describe('pooling over the whole image', () => {
  it('spreads the gradient evenly', () => {
    const input = randomValues([2, 8, 8, 3]);
    const dy = randomValues([2, 1, 1, 3], 2);
    const window: Window = { kernel: [8, 8], stride: 1, pad: 'valid' };
    const [dx] = runKernel('AvgPoolGrad', { dy, input }, attributesOf(window));
    const expected = input.values.map((_, i) => dy.values[3 * Math.floor(i / 192) + (i % 3)] / 64);
    expect(relativeError(dx, expected)).toBeLessThan(1e-6);
  });
});
